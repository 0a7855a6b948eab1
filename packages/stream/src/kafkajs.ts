export { kafkaSource } from "./kafka/source.ts";
export type { KafkaSourceOptions } from "./kafka/source.ts";
export type { KafkaLike } from "./kafka/client.ts";
