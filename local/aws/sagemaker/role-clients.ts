import { S3Client } from '@aws-sdk/client-s3';

/** Jobs and endpoints read and write under roles of their own: S3 sees the role's name as the caller. */
export class RoleClients {
  private readonly clients = new Map<string, S3Client>();

  constructor(
    private readonly endpoint: string,
    private readonly region: string,
  ) {}

  /** A client that calls as the role. */
  of(roleArn: string): S3Client {
    const accessKeyId = roleArn.slice(roleArn.lastIndexOf('/') + 1);
    const { endpoint, region } = this;
    const client =
      this.clients.get(accessKeyId) ??
      new S3Client({ endpoint, region, forcePathStyle: true, credentials: { accessKeyId, secretAccessKey: 'local' } });
    this.clients.set(accessKeyId, client);
    return client;
  }

  destroy(): void {
    this.clients.forEach((client) => client.destroy());
  }
}
