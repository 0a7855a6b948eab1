import fc from "fast-check";
import { createHmac, randomBytes } from "node:crypto";
import { describe, expect, it } from "vitest";
import { hmacSha256, maskedEmail, maskedIp, maskedPhone } from "../src/ingest/anonymise.ts";
import { amountOf } from "../src/mapping/amounts.ts";
import { matchColumns } from "../src/mapping/columns.ts";
import { dateParser, parseIso } from "../src/mapping/dates.ts";

describe("amounts", () => {
  const text = fc
    .tuple(fc.boolean(), fc.integer({ min: 0, max: 999_999_999 }), fc.stringMatching(/^\d{0,6}$/))
    .map(
      ([minus, whole, fraction]) =>
        `${minus ? "-" : ""}${whole}${fraction === "" ? "" : `.${fraction}`}`,
    );

  it("keep every digit, as text, as a number, with a comma, and in groups of thousands", () => {
    fc.assert(
      fc.property(text, (amount) => {
        const [whole = "", fraction = ""] = amount.split(".");
        const exact = `${whole}.${fraction.padEnd(6, "0")}`.replace(/^-(0\.0+)$/, "$1");
        const grouped =
          whole.replace(/\B(?=(\d{3})+$)/g, ",") + (fraction === "" ? "" : `.${fraction}`);
        expect(String(amountOf(amount, "."))).toBe(exact);
        expect(String(amountOf(grouped, "."))).toBe(exact);
        expect(
          String(
            amountOf(
              grouped.replace(/[.,]/g, (mark) => (mark === "." ? "," : ".")),
              ",",
            ),
          ),
        ).toBe(exact);
        expect(String(amountOf(Number(amount), "."))).toBe(exact);
      }),
      { numRuns: 500 },
    );
  });

  it.each([
    ["", "."],
    ["abc", "."],
    ["12,50", "."],
    ["1,23,456", "."],
    ["0x10", "."],
    ["1.2.3", "."],
    [true, "."],
    [[1], "."],
    [NaN, "."],
    [Infinity, "."],
    ["0.0000001", "."],
    [1e-7, "."],
    ["1000000000000", "."],
    [1e300, "."],
    ["9".repeat(5000), "."],
  ] as const)("refuse %j with a reason", (value, mark) => {
    expect(amountOf(value, mark)).toEqual(expect.any(String));
  });

  it("read exponents", () => {
    expect(String(amountOf("1.5e3", "."))).toBe("1500.000000");
    expect(String(amountOf(2.5e-5, "."))).toBe("0.000025");
  });
});

describe("dates", () => {
  it.each([
    ["dd/MM/yyyy HH:mm", "31/12/2024 23:59", "2024-12-31T23:59:00Z"],
    ["d.M.yyyy", "1.2.2024", "2024-02-01T00:00:00Z"],
    ["yyyyMMdd", "20240229", "2024-02-29T00:00:00Z"],
    ["yyyy-MM-dd'T'HH:mm:ss.SSSZ", "2024-02-29T10:00:00.125+02:00", "2024-02-29T08:00:00.125Z"],
    ["epoch-seconds", "1709200800", "2024-02-29T10:00:00Z"],
    ["epoch-millis", "1709200800125", "2024-02-29T10:00:00.125Z"],
  ])("%s reads %s", (format, text, iso) => {
    expect(dateParser(format, "created_at")(text)).toBe(parseIso(iso));
  });

  it("are refused where they are none", () => {
    for (const text of ["30/02/2024", "2024-01-01", "1/1/2024", "", "01/13/2024"])
      expect(dateParser("dd/MM/yyyy", "x")(text)).toBeUndefined();
  });
});

describe("columns", () => {
  it("are matched by our name, then by the likeliest synonym, each once", () => {
    const matched = matchColumns(["Customer ID", "Total", "Amount", "user.email", "ID", "Country"]);
    expect(Object.fromEntries(matched)).toEqual({
      transaction_id: "ID",
      amount: "Amount",
      user_id: "Customer ID",
      user_email: "user.email",
      user_country: "Country",
    });
  });
});

describe("the anonymised stream", () => {
  it("hashes as Node's HMAC-SHA-256 does", () => {
    const key = randomBytes(32);
    const hash = hmacSha256(key);
    fc.assert(
      fc.property(fc.string({ unit: "grapheme", maxLength: 700 }), (text) => {
        expect(hash(text)).toBe(createHmac("sha256", key).update(text).digest("hex"));
      }),
    );
  });

  it("shows little of addresses and numbers", () => {
    expect([maskedEmail("ada@example.org"), maskedEmail("odd"), maskedEmail(null)]).toEqual([
      "a***@example.org",
      "***",
      null,
    ]);
    expect(maskedPhone("+33 6 12 34")).toBe("+•• • •• 34");
    expect([maskedIp("82.126.94.234"), maskedIp("::1")]).toEqual(["82.126.0.0/16", "***"]);
  });
});
