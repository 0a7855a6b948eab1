export { azureStore } from "./store/azure/azure-store.ts";
export type { AzureCredential, AzureEncryption, AzureStoreOptions } from "./store/azure/options.ts";
