import { randomUUID } from "node:crypto";
import { type AzuriteServer, startAzurite } from "../../../../tools/services/azurite.ts";
import { type MinioServer, startMinio } from "../../../../tools/services/minio.ts";
import type { AzureStoreOptions } from "../../src/azure.ts";
import type { S3StoreOptions } from "../../src/s3.ts";
import { AzureConnection } from "../../src/store/azure/connection.ts";
import { S3Connection } from "../../src/store/s3/connection.ts";

/** MinIO with an empty bucket; undefined, with the reason printed, where it cannot be had. */
export async function minioBucket(): Promise<
  { readonly server: MinioServer; readonly options: S3StoreOptions } | undefined
> {
  const server = await startMinio().catch((error: unknown) => {
    console.warn(`Skipped, there is no MinIO here: ${String(error)}`);
  });
  if (!server) return undefined;
  const { endpoint, credentials, region } = server;
  const options = { bucket: `lake-${randomUUID()}`, endpoint, credentials, region };
  const made = await new S3Connection(options).send({ method: "PUT", key: "" });
  if (made.status !== 200) throw new Error(`MinIO made no bucket: ${made.status}`);
  return { server, options };
}

/** Azurite with an empty container; undefined, with the reason printed, where it cannot be had. */
export async function azuriteContainer(): Promise<
  { readonly server: AzuriteServer; readonly options: AzureStoreOptions } | undefined
> {
  const server = await startAzurite().catch((error: unknown) => {
    console.warn(`Skipped, there is no Azurite here: ${String(error)}`);
  });
  if (!server) return undefined;
  const { endpoint, account, sharedKey } = server;
  const options = {
    account,
    container: `lake-${randomUUID()}`,
    endpoint,
    credential: { sharedKey },
  };
  const made = await new AzureConnection(options).send({
    method: "PUT",
    query: { restype: "container" },
  });
  if (made.status !== 201) throw new Error(`Azurite made no container: ${made.status}`);
  return { server, options };
}
