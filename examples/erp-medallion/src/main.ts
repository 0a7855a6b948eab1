import { readOptions, usage } from "./cli/options.ts";
import { runJob } from "./job.ts";
import { outputFolder } from "./state/run-state.ts";
import { failureText, screen, silentScreen } from "@lakewright/example-report-kit";
import { summaryLines } from "./terminal/summary.ts";

try {
  const options = readOptions(process.argv.slice(2), process.env);
  if (options === undefined) {
    process.stdout.write(`${usage}\n`);
  } else {
    const shown = options.json ? silentScreen : screen(process.stdout, Date.now);
    const summary = await runJob(options, { now: Date.now, screen: shown });
    process.stdout.write(
      options.json
        ? `${JSON.stringify(summary, null, 2)}\n`
        : `${summaryLines(summary, outputFolder(options.out)).join("\n")}\n`,
    );
  }
} catch (error) {
  process.stderr.write(`${failureText(error, "ERP_OUTPUT")}\n`);
  if (process.env["LAKEWRIGHT_DEBUG"]) process.stderr.write(`${(error as Error).stack}\n`);
  process.exitCode = 1;
}
