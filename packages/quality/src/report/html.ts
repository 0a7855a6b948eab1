import type { QualityRun } from "../run/quality-run.ts";
export function htmlReport(run: QualityRun): string {
  return String(run.score);
}
