import type { HttpAnswer } from "../http/answer.ts";
import { uploadParts } from "../parts.ts";
import { childrenOf, readXml, textAt } from "../xml.ts";
import type { S3Connection } from "./connection.ts";
import { keyEncryption, writeEncryption } from "./encryption.ts";
import { s3Reason } from "./s3-errors.ts";

/** What an upload ends with: the last answer, and the bytes sent. A failure is the answer that was one. */
export interface MultipartResult {
  readonly answer: HttpAnswer;
  readonly size: number;
  readonly done: boolean;
}

class PartFailed extends Error {
  readonly answer: HttpAnswer;
  constructor(answer: HttpAnswer) {
    super();
    this.answer = answer;
  }
}

/**
 * Uploads an object in parts. Where it fails, or its source does, the server is told to forget the parts; a bucket should
 * have a lifecycle rule for uploads whose writer was killed.
 */
export async function uploadMultipart(
  connection: S3Connection,
  key: string,
  parts: AsyncIterable<Uint8Array>,
): Promise<MultipartResult> {
  const created = await connection.send({
    method: "POST",
    key,
    query: { uploads: "" },
    headers: writeEncryption(connection.sse),
  });
  if (created.status !== 200) return { answer: created, size: 0, done: false };
  const begun = readXml(created.body, "InitiateMultipartUploadResult");
  const uploadId = begun && textAt(begun, "UploadId");
  if (uploadId === undefined || uploadId === "") {
    const problem = "the answer names no upload";
    return { answer: { ...created, problem }, size: 0, done: false };
  }
  let size = 0;
  const abort = (): Promise<unknown> =>
    connection.send({ method: "DELETE", key, query: { uploadId } }).catch(() => {});
  try {
    const tags = await uploadParts(parts, async (body, index, signal) => {
      size += body.length;
      const answer = await connection.send({
        method: "PUT",
        key,
        query: { partNumber: String(index + 1), uploadId },
        headers: keyEncryption(connection.sse),
        body,
        signal,
      });
      const tag = answer.headers.get("etag");
      if (answer.status !== 200) throw new PartFailed(answer);
      return tag ?? (await partTags(connection, key, uploadId)).get(index + 1) ?? "";
    });
    const answer = await complete(connection, key, uploadId, tags);
    const done = answer.status === 200 || (await isComplete(connection, key, answer, size));
    if (!done) await abort();
    return { answer, size, done };
  } catch (error) {
    await abort();
    if (error instanceof PartFailed) return { answer: error.answer, size, done: false };
    throw error;
  }
}

async function complete(
  connection: S3Connection,
  key: string,
  uploadId: string,
  tags: readonly string[],
): Promise<HttpAnswer> {
  const list = tags.map(
    (tag, index) =>
      `<Part><PartNumber>${index + 1}</PartNumber><ETag>${escapeXml(tag)}</ETag></Part>`,
  );
  const answer = await connection.send({
    method: "POST",
    key,
    query: { uploadId },
    headers: { "content-type": "application/xml", ...keyEncryption(connection.sse) },
    body: new TextEncoder().encode(
      `<CompleteMultipartUpload>${list.join("")}</CompleteMultipartUpload>`,
    ),
  });
  // The server says 200 before it has put the parts together, and may fail afterwards.
  const failed = answer.status === 200 && s3Reason(answer).code !== undefined;
  return failed ? { ...answer, status: 500 } : answer;
}

/** A completion whose answer was lost is answered with "no such upload" when it is repeated. */
async function isComplete(
  connection: S3Connection,
  key: string,
  answer: HttpAnswer,
  size: number,
): Promise<boolean> {
  const gone = answer.status === 404 && answer.earlier.length > 0;
  if (!gone && answer.status !== 0) return false;
  const headers = keyEncryption(connection.sse);
  const head = await connection.send({ method: "HEAD", key, headers });
  const tag = head.headers.get("etag") ?? "";
  return (
    head.status === 200 &&
    Number(head.headers.get("content-length")) === size &&
    /-\d+"?$/.test(tag)
  );
}

/** The tags of parts: browsers see the one of an answer only where the bucket's CORS rules expose ETag. */
async function partTags(
  connection: S3Connection,
  key: string,
  uploadId: string,
): Promise<Map<number, string>> {
  const tags = new Map<number, string>();
  for (let marker = "0", more = true; more;) {
    const query = { "part-number-marker": marker, uploadId };
    const answer = await connection.send({ method: "GET", key, query });
    if (answer.status !== 200) throw new PartFailed(answer);
    const list = readXml(answer.body, "ListPartsResult");
    if (!list) throw new PartFailed({ ...answer, problem: "the answer is no list of parts" });
    for (const part of childrenOf(list, "Part")) {
      tags.set(Number(textAt(part, "PartNumber")), textAt(part, "ETag") ?? "");
    }
    marker = textAt(list, "NextPartNumberMarker") ?? "";
    more = textAt(list, "IsTruncated") === "true" && marker !== "";
  }
  return tags;
}

function escapeXml(text: string): string {
  return text.replace(/[<>&"]/g, (letter) => `&#${letter.charCodeAt(0)};`);
}
