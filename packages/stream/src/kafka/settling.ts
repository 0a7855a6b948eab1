/**
 * Which partitions may still be handed what was fetched before they were sent elsewhere. kafkajs does a seek at the start
 * of the next fetch from the broker of the partition, and hands over all batches of a fetch before it begins another.
 * Which broker that is, it does not say: so every one that was seen has to have begun a new fetch.
 */
export class Settling {
  private readonly nodes = new Set<unknown>();
  private readonly awaited = new Map<string, Set<unknown>>();

  /** A partition is sent elsewhere. */
  sent(name: string): void {
    if (this.nodes.size > 0) this.awaited.set(name, new Set(this.nodes));
  }

  /** A fetch from a broker begins. */
  fetchStarted(node: unknown): void {
    this.nodes.add(node);
    for (const [name, nodes] of this.awaited) {
      nodes.delete(node);
      if (nodes.size === 0) this.awaited.delete(name);
    }
  }

  /** It is known to be read from where it was sent; a broker that is gone would be awaited for ever. */
  settle(name: string): void {
    this.awaited.delete(name);
  }

  /** Whether all that is handed over now was fetched from where the partition was sent. */
  isSettled(name: string): boolean {
    return !this.awaited.has(name);
  }
}
