import { describe, expect, it } from "vitest";
import { rfmFeatureNames } from "../../../packages/ml/src/churn/rfm.ts";
import { churnReason } from "../src/models/churn-words.ts";
import { shortName, withoutEmails } from "../src/report/privacy.ts";
import { readableReason } from "../src/report/reasons.ts";

describe("people in the report", () => {
  it.each([
    ["Ada Lovelace", "Ada L."],
    ["Lovelace, Ada", "Ada L."],
    ["Ada  King Lovelace", "Ada K. L."],
    ["Müller", "M."],
    ["Müller,", "M."],
    ["", null],
    [null, null],
  ])("%j is shown as %j", (name, shown) => {
    expect(shortName(name)).toBe(shown);
  });

  it("have no mail address, also where it is their id", () => {
    expect(withoutEmails("ada@example.org")).toBe("a***@example.org");
    expect(withoutEmails('{"email":"ada@example.org","n":1}')).toBe(
      '{"email":"a***@example.org","n":1}',
    );
    expect(withoutEmails("u000122")).toBe("u000122");
  });
});

describe("a reason in the report", () => {
  it.each([
    ["-29.040000 is not at least 0.01", "-29.04 is not at least 0.01"],
    ["0.000001 is not at least 0.01", "0.000001 is not at least 0.01"],
    ['column "amount": "29.040000" is no amount.', 'column "amount": "29.040000" is no amount.'],
    [
      String.raw`"{\"id\":\"tx1\",\"amoun… is no JSON: it ends.`,
      '{"id":"tx1","amoun… is no JSON: it ends.',
    ],
    [String.raw`column "memo": "say \"no\"" is no text.`, 'column "memo": say "no" is no text.'],
    [String.raw`"{\"id\":\… is no JSON.`, '{"id":… is no JSON.'],
    [
      'column "amount": "ada@example.org" is no amount.',
      'column "amount": "a***@example.org" is no amount.',
    ],
  ])("%s is shown as %s", (reason, shown) => {
    expect(readableReason(reason)).toBe(shown);
  });
});

describe("a reason of the churn model", () => {
  it("is said in words, for every number the model looks at", () => {
    expect(churnReason("recency_days", 109)).toBe("109 days since the last order");
    expect(churnReason("recency_days", 1)).toBe("1 day since the last order");
    expect(churnReason("recency_to_interval", 9.2512)).toBe(
      "the last order is 9.3 usual intervals ago",
    );
    expect(churnReason("interval_days", null)).toBe("interval days unknown");
    for (const feature of rfmFeatureNames) expect(churnReason(feature, 2)).not.toContain(feature);
    for (const feature of rfmFeatureNames)
      expect(churnReason(feature, 2)).not.toBe(`${feature.replaceAll("_", " ")} 2`);
  });
});
