import { createHash, createHmac } from "node:crypto";
import { Decimal } from "@lakewright/core";
import { duckdb } from "@lakewright/sql/duckdb";
import { type AuditLog, openAuditLog } from "@lakewright/warehouse/audit";
import { describe, expect, it } from "vitest";

const clock = { now: () => new Date("2026-11-21T10:00:00.123Z") };

/** The hash as it is documented, by Node's own digest. */
function naiveHash(key: Uint8Array | undefined, fields: readonly string[]): string {
  const digest = key ? createHmac("sha256", key) : createHash("sha256");
  for (const field of fields) {
    const length = Buffer.alloc(4);
    length.writeUInt32BE(Buffer.byteLength(field));
    digest.update(length).update(field);
  }
  return digest.digest("hex");
}

async function filled(log: AuditLog, count = 5): Promise<void> {
  for (let k = 1; k <= count; k++) {
    await log.append({
      actor: "ann",
      action: "warehouse.delete",
      subject: `u${k}`,
      details: { k },
    });
  }
}

describe("audit log", () => {
  it.each([undefined, new Uint8Array(32).fill(7)])("hashes what it says (key %s)", async (key) => {
    await using engine = duckdb(":memory:");
    const log = await openAuditLog(engine, { clock, key });
    const [first, second] = await log.append([
      {
        actor: "ann",
        action: "export",
        subject: "sales",
        details: { rows: 12n, sum: Decimal.from("1.10") },
      },
      { actor: "bob", action: "read", subject: "é\u{1F600}" },
    ]);
    const at = String(BigInt(clock.now().getTime()) * 1000n);
    const head = ["lakewright audit 1"];
    const one = naiveHash(key, [
      ...head,
      "0".repeat(64),
      "1",
      at,
      "ann",
      "export",
      "sales",
      '{"rows":12,"sum":1.10}',
    ]);
    expect(first!.hash).toBe(one);
    expect(second!.hash).toBe(
      naiveHash(key, [...head, one, "2", at, "bob", "read", "é\u{1F600}", "null"]),
    );
    expect(await log.verify()).toEqual({
      ok: true,
      entries: 2n,
      head: { sequence: 2n, hash: second!.hash },
      problem: undefined,
    });
  });

  it("verifies an empty log, and gives its entries back", async () => {
    await using engine = duckdb(":memory:");
    const log = await openAuditLog(engine, { clock, schema: "governance" });
    expect(await log.verify()).toMatchObject({ ok: true, entries: 0n, head: undefined });
    await filled(log, 3);
    const entries = [];
    for await (const entry of log.entries({ from: 2n })) entries.push(entry);
    expect(entries.map(({ sequence, subject, details }) => [sequence, subject, details])).toEqual([
      [2n, "u2", { k: 2 }],
      [3n, "u3", { k: 3 }],
    ]);
  });

  it.each([
    ["an entry changed", "UPDATE _wh_audit SET subject = 'u9' WHERE sequence = 3", /Entry 3 /],
    [
      "a hash changed",
      "UPDATE _wh_audit SET hash = repeat('a', 64) WHERE sequence = 5",
      /Entry 5 /,
    ],
    ["an entry removed", "DELETE FROM _wh_audit WHERE sequence = 2", /After entry 1 comes 3/],
    ["the end cut off", "DELETE FROM _wh_audit WHERE sequence = 5", /ends at entry 4.*cut/],
    ["all removed", "DELETE FROM _wh_audit", /ends at entry 0.*cut/],
    ["the head removed", "DELETE FROM _wh_audit_head", /row was removed/],
    [
      "two entries swapped",
      "UPDATE _wh_audit SET sequence = CASE sequence WHEN 2 THEN -3 WHEN 3 THEN -2 END WHERE sequence IN (2, 3); UPDATE _wh_audit SET sequence = -sequence WHERE sequence < 0",
      /Entry 2 /,
    ],
    [
      "an entry put in",
      "INSERT INTO _wh_audit SELECT 0, logged_at, actor, action, subject, details, hash FROM _wh_audit WHERE sequence = 1",
      /After entry 0 comes 0/,
    ],
  ])("finds %s", async (_name, tamper, problem) => {
    await using engine = duckdb(":memory:");
    const log = await openAuditLog(engine, { clock });
    await filled(log);
    await engine.execute(tamper);
    const verdict = await log.verify();
    expect(verdict.ok).toBe(false);
    expect(verdict.problem).toMatch(problem);
  });

  it("finds a chain that was written anew, by a head kept elsewhere and by the key", async () => {
    await using engine = duckdb(":memory:");
    const key = new Uint8Array(16).fill(1);
    const log = await openAuditLog(engine, { clock, key });
    await filled(log, 3);
    const { head } = await log.verify();
    await engine.execute("DELETE FROM _wh_audit; DELETE FROM _wh_audit_head");
    await filled(await openAuditLog(engine, { clock }), 4);
    expect((await log.verify()).problem).toMatch(/Entry 1 .*key is another/);
    const forger = await openAuditLog(engine, { clock });
    expect(await forger.verify()).toMatchObject({ ok: true });
    expect((await forger.verify({ expected: head })).problem).toMatch(/written anew/);
    expect((await forger.verify({ expected: { sequence: 9n, hash: "" } })).problem).toMatch(/cut/);
  });

  it("chains what several writers append at once", async () => {
    await using engine = duckdb(":memory:");
    const [one, two] = [
      await openAuditLog(engine, { clock }),
      await openAuditLog(engine, { clock }),
    ];
    await Promise.all(
      Array.from({ length: 12 }, (_, k) =>
        (k % 2 ? one : two).append({ actor: `w${k}`, action: "write", subject: "t" }),
      ),
    );
    expect(await one.verify()).toMatchObject({ ok: true, entries: 12n });
  });

  it("stands or falls with the transaction it is written in", async () => {
    await using engine = duckdb(":memory:");
    const log = await openAuditLog(engine, { clock });
    await expect(
      engine.transaction(async (session) => {
        await log.append({ actor: "ann", action: "delete", subject: "u1" }, { session });
        throw new Error("no");
      }),
    ).rejects.toThrow("no");
    expect(await log.verify()).toMatchObject({ ok: true, entries: 0n });
  });

  it("refuses an event without an actor, and a short key", async () => {
    await using engine = duckdb(":memory:");
    const log = await openAuditLog(engine, { clock });
    await expect(log.append({ actor: "", action: "a", subject: "s" })).rejects.toMatchObject({
      code: "WAREHOUSE_INVALID_OPTION",
    });
    await expect(openAuditLog(engine, { key: new Uint8Array(4) })).rejects.toMatchObject({
      code: "WAREHOUSE_INVALID_OPTION",
    });
  });
});
