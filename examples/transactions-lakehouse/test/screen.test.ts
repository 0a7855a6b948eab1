import { expect, it } from "vitest";
import { screen } from "@lakewright/example-report-kit";

function played(isTTY: boolean): string {
  let text = "";
  let now = 0;
  const shown = screen({ isTTY, columns: 60, write: (part) => (text += part) }, () => now);
  const step = shown.step("ingest");
  for (let done = 0; done <= 100; done += 25) {
    now += 500;
    step.progress(done, 100);
  }
  step.done("100 records");
  return text;
}

it("fills bars on a terminal, and leaves one line a step", () => {
  const text = played(true);
  expect(text).toContain("████████████░░░░░░░░░░░░  50 %");
  expect(text.split("\r\u001b[2K").at(-1)).toBe(
    "\u001b[32m✓\u001b[0m ingest       100 records (2.5 s)\n",
  );
});

it("prints plain lines where there is no terminal", () => {
  expect(played(false)).toBe("- ingest       100 records (2.5 s)\n");
});
