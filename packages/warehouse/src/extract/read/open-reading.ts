import { CompareReading } from "./snapshot/compare.ts";
import { FullReading } from "./snapshot/full.ts";
import type { ReadContext, Reading } from "./reading.ts";
import { planWatermark } from "./watermark/plan.ts";
import { WatermarkReading } from "./watermark/watermark.ts";

/** The strategy of an extraction, ready to read. */
export async function openReading(context: ReadContext): Promise<Reading> {
  const { strategy } = context.options;
  switch (strategy.kind) {
    case "watermark":
      return new WatermarkReading(context, strategy, await planWatermark(context, strategy));
    case "fullCompare":
      return strategy.compare === "target"
        ? new FullReading(context, "fullCompare", strategy.maxDeletedShare)
        : new CompareReading(context, strategy);
    case "full":
      return new FullReading(context, "full", strategy.maxDeletedShare);
  }
}
