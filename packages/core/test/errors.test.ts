import { CoreError, isLakewrightError, LakewrightError } from "@lakewright/core";
import { describe, expect, it } from "vitest";

describe("LakewrightError", () => {
  it("has code, hint, details and cause", () => {
    const cause = new Error("disk");
    const error = new CoreError("CORE_INVALID_OPTION", "No.", {
      hint: "Yes.",
      details: { n: 1n },
      cause,
    });
    expect(error).toMatchObject({
      name: "CoreError",
      code: "CORE_INVALID_OPTION",
      hint: "Yes.",
      retryable: false,
      cause,
    });
    expect(JSON.parse(JSON.stringify(error))).toMatchObject({
      code: "CORE_INVALID_OPTION",
      details: { n: "1" },
    });
  });

  it("is recognised across installed copies, by brand and not by class", () => {
    const foreign = Object.assign(new Error("x"), { [Symbol.for("lakewright.error")]: true });
    expect(isLakewrightError(foreign)).toBe(true);
    expect(isLakewrightError(new LakewrightError("X", "x"))).toBe(true);
    expect(isLakewrightError(new Error("x"))).toBe(false);
    expect(isLakewrightError("x")).toBe(false);
  });
});
