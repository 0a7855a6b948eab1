import { readOptions, usage } from "./cli/options.ts";
import { runJob } from "./job.ts";
import { outputFolder } from "./state/output-folder.ts";
import { failureText, screen } from "@lakewright/example-report-kit";
import { summaryLines } from "./terminal/summary.ts";

try {
  const options = readOptions(process.argv.slice(2), process.env);
  if (options === undefined) {
    process.stdout.write(`${usage}\n`);
  } else {
    const now = Date.now();
    const summary = await runJob(options, { now, screen: screen(process.stdout, Date.now) });
    const lines = summaryLines(summary, outputFolder(options.out), options.warehouse);
    process.stdout.write(`${lines.join("\n")}\n`);
  }
} catch (error) {
  process.stderr.write(`${failureText(error, "DEMO_OUTPUT")}\n`);
  if (process.env["LAKEWRIGHT_DEBUG"]) process.stderr.write(`${(error as Error).stack}\n`);
  process.exitCode = 1;
}
