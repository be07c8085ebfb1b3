/** What a client of the SDK is made with. */
export interface ClientSettings {
  readonly endpoint: string;
  readonly region: string;
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
}

/** How clients of this process come to the services that an environment names. */
export function endpointsOf(environment: Readonly<Record<string, string>>): (service: string) => ClientSettings {
  return (service) => ({
    endpoint: environment[`AWS_ENDPOINT_URL_${service.toUpperCase()}`] ?? '',
    region: environment.AWS_REGION ?? '',
    credentials: {
      accessKeyId: environment.AWS_ACCESS_KEY_ID ?? '',
      secretAccessKey: environment.AWS_SECRET_ACCESS_KEY ?? '',
    },
  });
}
