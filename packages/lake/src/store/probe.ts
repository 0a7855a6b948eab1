import { warn } from "@lakewright/core";
import { LakeError } from "../errors.ts";

/** What a probe needs of a store: calls that go to the server as the calls of a commit do. */
export interface ProbeTarget {
  /** For the error: what was probed. */
  readonly endpoint: string;
  readonly location: string;
  create(path: string, data: Uint8Array): Promise<"created" | "exists" | "busy" | "unsupported">;
  remove(path: string): Promise<void>;
}

const RACERS = 8;
const RACES = 3;

/**
 * Proves that a server lets one writer create an object and refuses the second, one after the other and at once: some
 * servers ignore the condition, some look first and write later.
 *
 * @throws LakeError LAKE_STORE_UNSAFE where it does not; the store's errors.
 */
export async function proveConditionalPut(target: ProbeTarget, folder: string): Promise<void> {
  const paths: string[] = [];
  const next = (): string => {
    const path = `${folder}.lakewright-probe-${crypto.randomUUID()}`;
    paths.push(path);
    return path;
  };
  try {
    await proveOneAfterTheOther(target, next());
    for (let race = 0; race < RACES; race++) await proveAtOnce(target, next());
  } finally {
    for (const path of paths) {
      await target.remove(path).catch((cause: unknown) =>
        warn("LAKE_PROBE_LEFT", `The probe ${path} in ${target.location} could not be deleted.`, {
          path,
          location: target.location,
          cause,
        }),
      );
    }
  }
}

async function proveOneAfterTheOther(target: ProbeTarget, path: string): Promise<void> {
  for (const writer of [0, 1]) {
    const outcome = await target.create(path, Uint8Array.of(writer));
    if (outcome === "unsupported") throw unsafe(target, "does not know conditional writes");
    if (writer === 1 && outcome === "created") {
      throw unsafe(target, "ignores the condition If-None-Match: * and overwrote an object");
    }
  }
}

async function proveAtOnce(target: ProbeTarget, path: string): Promise<void> {
  const outcomes = await Promise.all(
    Array.from({ length: RACERS }, (_, writer) => target.create(path, Uint8Array.of(writer))),
  );
  const winners = outcomes.filter((outcome) => outcome === "created").length;
  if (winners > 1) {
    throw unsafe(
      target,
      `let ${winners} of ${RACERS} writers create one object at the same moment`,
    );
  }
}

function unsafe({ endpoint, location }: ProbeTarget, says: string): LakeError {
  return new LakeError(
    "LAKE_STORE_UNSAFE",
    `The server ${endpoint} ${says}: commits to ${location} would be lost.`,
    {
      hint: "Use a server with atomic conditional writes (Amazon S3, Azure, Cloudflare R2, MinIO), or a version of this one that has them; reading is not affected.",
      details: { endpoint, location },
    },
  );
}
