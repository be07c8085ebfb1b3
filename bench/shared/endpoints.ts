/** What a client of the benchmark's own server is made with. */
export interface EndpointOptions {
  readonly endpoint: string;
  readonly region: string;
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
}

/** @param endpoint - URL of the service */
export function endpointOptions(endpoint: string): EndpointOptions {
  return { endpoint, region: 'us-east-1', credentials: { accessKeyId: 'bench', secretAccessKey: 'bench' } };
}
