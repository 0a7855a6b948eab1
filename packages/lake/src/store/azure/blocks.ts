import { toBase64 } from "../byte-text.ts";
import type { HttpAnswer } from "../http/answer.ts";
import { uploadParts } from "../parts.ts";
import type { AzureConnection } from "./connection.ts";

class BlockFailed extends Error {
  readonly answer: HttpAnswer;
  constructor(answer: HttpAnswer) {
    super();
    this.answer = answer;
  }
}

/**
 * Uploads a blob in blocks and commits their list. Nobody sees blocks without a list; the service forgets them after a
 * week.
 */
export async function uploadBlocks(
  connection: AzureConnection,
  name: string,
  parts: AsyncIterable<Uint8Array>,
): Promise<{ readonly answer: HttpAnswer; readonly size: number }> {
  // Blocks of two writers of one name must not be mixed.
  const upload = crypto.randomUUID();
  let size = 0;
  try {
    const ids = await uploadParts(parts, async (body, index, signal) => {
      size += body.length;
      const text = `${upload}-${String(index).padStart(5, "0")}`;
      const blockid = toBase64(new TextEncoder().encode(text));
      const query = { comp: "block", blockid };
      const answer = await connection.send({
        method: "PUT",
        name,
        query,
        content: "write",
        body,
        signal,
      });
      if (answer.status !== 201) throw new BlockFailed(answer);
      return blockid;
    });
    const list = ids.map((id) => `<Latest>${id}</Latest>`).join("");
    const answer = await connection.send({
      method: "PUT",
      name,
      query: { comp: "blocklist" },
      content: "write",
      body: new TextEncoder().encode(
        `<?xml version="1.0" encoding="utf-8"?><BlockList>${list}</BlockList>`,
      ),
    });
    return { answer, size };
  } catch (error) {
    if (error instanceof BlockFailed) return { answer: error.answer, size };
    throw error;
  }
}
