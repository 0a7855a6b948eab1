import { expect } from "vitest";
import type { Store } from "../../src/store/store.ts";

/** Lets several stores race for each of many names: one wins each, and what is stored is the winner's. */
export async function raceRounds(open: () => Store, racers: number, rounds: number): Promise<void> {
  const stores = Array.from({ length: racers }, () => open());
  for (let round = 0; round < rounds; round++) {
    const content = (racer: number): Uint8Array =>
      new TextEncoder().encode(`racer ${racer}, `.repeat(1000));
    const won = await Promise.all(
      stores.map((store, racer) => store.putIfAbsent(`round/${round}`, content(racer))),
    );
    expect(won.filter(Boolean), `round ${round}`).toHaveLength(1);
    expect(await stores[0]!.get(`round/${round}`)).toEqual(content(won.indexOf(true)));
  }
}
