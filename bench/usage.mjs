// Loaded into every Node process of a measured command: leaves what it used in the folder of LAKEWRIGHT_USAGE.
import { writeFileSync } from "node:fs";
import { join } from "node:path";

process.on("exit", () => {
  const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage();
  const usage = { cpuMs: (userCPUTime + systemCPUTime) / 1000, maxRssBytes: maxRSS * 1024 };
  writeFileSync(
    join(process.env["LAKEWRIGHT_USAGE"], `${process.pid}.json`),
    JSON.stringify(usage),
  );
});
