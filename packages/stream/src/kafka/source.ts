import type { Source } from "../source.ts";
import type { KafkaLike } from "./client.ts";

export interface KafkaSourceOptions {
  /** The topic; or give `topics`. */
  readonly topic?: string | undefined;
  readonly topics?: readonly string[] | undefined;
  readonly groupId: string;
  /** Where a partition begins that the sink has no position of: at its first record, or at its end. Default true. */
  readonly fromBeginning?: boolean | undefined;
}

export function kafkaSource(kafka: KafkaLike, options: KafkaSourceOptions): Source {
  throw new Error(`not yet: ${String(kafka)} ${options.groupId}`);
}
