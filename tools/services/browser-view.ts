import { writeFileSync } from "node:fs";
import type { Page } from "./browser-page.ts";

export interface View {
  readonly width: number;
  readonly dark: boolean;
}

/** Gives the page a width and a colour scheme. */
export async function look(page: Page, { width, dark }: View): Promise<void> {
  await page.send("Emulation.setDeviceMetricsOverride", {
    width,
    height: 900,
    deviceScaleFactor: 1,
    mobile: width < 600,
  });
  await page.send("Emulation.setEmulatedMedia", {
    features: [{ name: "prefers-color-scheme", value: dark ? "dark" : "light" }],
  });
}

/** Writes a picture of the page, or of its beginning. */
export async function screenshot(
  page: Page,
  path: string,
  { width, height }: { width: number; height?: number },
): Promise<void> {
  const whole = await page.evaluate<number>("document.documentElement.scrollHeight");
  const clip = { x: 0, y: 0, width, height: height ?? whole, scale: 1 };
  const { data } = await page.send("Page.captureScreenshot", {
    format: "png",
    clip,
    captureBeyondViewport: true,
  });
  writeFileSync(path, Buffer.from(data as string, "base64"));
}
