import { createHash } from "node:crypto";
import fc from "fast-check";
import { expect, test } from "vitest";
import { md5 } from "../../src/store/md5.ts";
import { cutParts, onePart, partBytes, uploadParts } from "../../src/store/parts.ts";

test("MD5 is Node's", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), (data) => {
      expect(Buffer.from(md5(data)).equals(createHash("md5").update(data).digest())).toBe(true);
    }),
  );
});

test("10,000 parts hold what S3 takes, and none is larger than it takes", () => {
  let total = 0;
  for (let index = 0; index < 10_000; index++) {
    expect(partBytes(index)).toBeLessThanOrEqual(5 * 2 ** 30);
    expect(partBytes(index)).toBeGreaterThanOrEqual(5 * 2 ** 20);
    total += partBytes(index);
  }
  expect(total).toBeGreaterThan(5 * 2 ** 40);
});

test("parts have the sizes asked for, whatever the chunks", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.uint8Array({ maxLength: 20 }), { maxLength: 20 }),
      fc.integer({ min: 1, max: 9 }),
      async (chunks, first) => {
        const whole = Buffer.concat(chunks);
        const size = (index: number): number => first + index;
        async function* source(): AsyncGenerator<Uint8Array> {
          yield* chunks;
        }
        const parts = await Array.fromAsync(cutParts(source(), size));
        expect(Buffer.concat(parts).equals(whole)).toBe(true);
        expect(parts.length).toBeGreaterThan(0);
        for (const [index, part] of parts.slice(0, -1).entries()) {
          expect(part.length).toBe(size(index));
        }
        expect(parts.at(-1)!.length).toBeLessThanOrEqual(size(parts.length - 1));
        const cut = await onePart(cutParts(source(), size));
        if ("whole" in cut) expect(parts).toEqual([cut.whole]);
        else expect(await Array.fromAsync(cut.parts)).toEqual(parts);
      },
    ),
  );
});

test("a part that fails stops the source and the others, and three are sent at once", async () => {
  let taken = 0;
  let active = 0;
  let most = 0;
  let closed = false;
  async function* source(): AsyncGenerator<Uint8Array> {
    try {
      for (;;) yield Uint8Array.of(taken++);
    } finally {
      closed = true;
    }
  }
  const stopped: number[] = [];
  const sent = uploadParts(source(), async (_, index, signal) => {
    most = Math.max(most, ++active);
    if (index === 4) await new Promise((resolve) => setTimeout(resolve, 20));
    else if (index > 2) await new Promise((resolve) => signal.addEventListener("abort", resolve));
    active--;
    if (signal.aborted) stopped.push(index);
    if (index === 4) throw new RangeError("part 4");
  });
  await expect(sent).rejects.toThrow("part 4");
  expect({ most, active, closed, taken, stopped }).toEqual({
    most: 3,
    active: 0,
    closed: true,
    taken: 6,
    stopped: [3, 5],
  });
});
