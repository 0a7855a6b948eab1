import { openPage, type Page } from "../../../../tools/services/browser-page.ts";
import { look } from "../../../../tools/services/browser-view.ts";

/** Someone who uses the page, in a real browser. */
export class Visitor {
  readonly page: Page;
  /** What the browser complained of. */
  readonly complaints: string[] = [];
  /** Every address asked for. */
  readonly requests: string[] = [];

  private constructor(page: Page) {
    this.page = page;
    page.on((method, params) => {
      if (method === "Network.requestWillBeSent") {
        this.requests.push((params["request"] as { url: string }).url);
      }
      if (method === "Log.entryAdded") {
        const { text, url } = params["entry"] as { text: string; url?: string };
        this.complaints.push(`${text} ${url ?? ""}`);
      }
      if (method === "Runtime.consoleAPICalled") this.complaints.push(JSON.stringify(params));
      if (method === "Runtime.exceptionThrown") this.complaints.push(JSON.stringify(params));
    });
  }

  static async arrive(executable: string): Promise<Visitor> {
    const visitor = new Visitor(await openPage(executable));
    await look(visitor.page, { width: 1160, dark: false });
    return visitor;
  }

  async open(url: string): Promise<void> {
    await this.page.open(url);
    await this.settled();
  }

  /** Waits until an expression is true. */
  async until(expression: string): Promise<void> {
    for (let tries = 0; tries < 600; tries++) {
      if (await this.page.evaluate<boolean>(`Boolean(${expression})`)) return;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    const text = await this.page.evaluate<string>("document.body.innerText");
    throw new Error(`Waited in vain for ${expression}; the page says:\n${text}`);
  }

  /** Waits until nothing is being opened or read. */
  async settled(): Promise<void> {
    await this.until(
      `document.querySelector("main > [role=alert] .problem") || (document.querySelector(".charts *") && !document.querySelector(".charts[data-stale]"))`,
    );
  }

  async click(selector: string): Promise<void> {
    await this.page.evaluate(`document.querySelector(${JSON.stringify(selector)}).click()`);
  }

  /** Gives a control a value, as the user would. */
  async enter(selector: string, value: string): Promise<void> {
    await this.page.evaluate(`(() => {
      const control = document.querySelector(${JSON.stringify(selector)});
      control.value = ${JSON.stringify(value)};
      control.dispatchEvent(new Event("input", { bubbles: true }));
      control.dispatchEvent(new Event("change", { bubbles: true }));
    })()`);
  }

  async chooseVersion(version: number): Promise<void> {
    await this.enter("#version", String(version));
    // The slider waits a moment for the hand to stop.
    await new Promise((resolve) => setTimeout(resolve, 250));
    await this.settled();
  }

  async showTab(name: string): Promise<void> {
    await this.click(`#tab-${name}`);
  }

  async text(selector: string): Promise<string> {
    return this.page.evaluate(
      `document.querySelector(${JSON.stringify(selector)})?.innerText ?? ""`,
    );
  }

  /** The texts of a table's cells. */
  async cells(panel: string): Promise<string[][]> {
    return this.page.evaluate(
      `[...document.querySelectorAll("#panel-${panel} tbody tr")].map((row) => [...row.cells].map((cell) => cell.textContent))`,
    );
  }

  async counters(): Promise<Readonly<Record<"files" | "bytes" | "rows" | "log", number>>> {
    return this.page.evaluate(
      `Object.fromEntries([...document.querySelectorAll("[data-counter]")].map((one) => [one.dataset.counter, Number(one.value)]))`,
    );
  }

  /** Drops files or folders of this machine on the page. */
  async drop(...files: string[]): Promise<void> {
    const data = { items: [], files, dragOperationsMask: 1 };
    for (const type of ["dragEnter", "dragOver", "drop"]) {
      await this.page.send("Input.dispatchDragEvent", { type, x: 400, y: 300, data });
    }
  }

  async runSql(sql: string): Promise<string[][]> {
    await this.showTab("SQL");
    await this.page.evaluate(`document.querySelector("#panel-SQL .scroll")?.remove()`);
    await this.enter("#sql", sql);
    await this.click("#panel-SQL button.first");
    await this.until(
      `document.querySelector("#panel-SQL .scroll, #panel-SQL .problem") && !document.querySelector("#panel-SQL button.first").disabled`,
    );
    return this.cells("SQL");
  }

  leave(): Promise<void> {
    return this.page.close();
  }
}
