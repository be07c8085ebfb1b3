import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Registry } from 'prom-client';
import type { KclMetrics } from './kcl-metrics';
import type { KclSnapshot } from './snapshot';

/** What the server tells, and where it listens. */
export interface MonitoringServerOptions {
  readonly metrics: KclMetrics;
  /** What `/metrics` gives. */
  readonly registry: Registry;
  /** Port to listen on; 0 lets the system choose. */
  readonly port: number;
  /** The interface to listen on. @default '127.0.0.1' */
  readonly host?: string;
}

/** A server that answers until it is closed. */
export interface MonitoringServer {
  /** Where it listens: `http://host:port`. */
  readonly url: string;
  readonly port: number;
  /** Ends it, with the connections that are open. Closing twice is harmless. */
  close(): Promise<void>;
}

/**
 * Tells how a worker is, over HTTP:
 * - `GET /health`: 200 when the worker is healthy, 503 when not, with the reasons as JSON;
 * - `GET /metrics`: the registry in the Prometheus text format;
 * - `GET /shards`: each shard that is held, its position, its watermark and its lag, as JSON.
 *
 * It has no authentication: let only those reach it who may know shard ids, positions and rates.
 *
 * @throws Error of the system (EADDRINUSE, EACCES) when it cannot listen
 */
export async function startMonitoringServer(options: MonitoringServerOptions): Promise<MonitoringServer> {
  const { host = '127.0.0.1', metrics, port, registry } = options;
  const server = createServer((request, response) => {
    const [path] = (request.url ?? '/').split('?');
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      response.setHeader('Allow', 'GET, HEAD');
      json(response, 405, { error: 'only GET and HEAD are answered' });
      return;
    }
    switch (path) {
      case '/health': {
        const health = metrics.health();
        json(response, health.healthy ? 200 : 503, health);
        return;
      }
      case '/shards':
        json(response, 200, shardsOf(metrics.snapshot()));
        return;
      case '/metrics':
        registry.metrics().then(
          (text) => response.writeHead(200, { 'Content-Type': registry.contentType }).end(text),
          (error: unknown) => json(response, 500, { error: String(error) }),
        );
        return;
      default:
        json(response, 404, { error: 'there are /health, /metrics and /shards' });
    }
  });
  // A caller that is slow to ask must not keep a connection for ever.
  server.requestTimeout = 10_000;
  server.headersTimeout = 10_000;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      resolve();
    });
  });
  const address = server.address() as AddressInfo;
  let closing: Promise<void> | undefined;
  return {
    port: address.port,
    url: `http://${address.family === 'IPv6' ? `[${address.address}]` : address.address}:${address.port}`,
    close: () =>
      (closing ??= new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      })),
  };
}

function shardsOf({ atMs, shards }: KclSnapshot): unknown {
  return {
    at: new Date(atMs).toISOString(),
    shards: [...shards]
      .sort((a, b) => (a.shardId < b.shardId ? -1 : 1))
      .map((shard) => ({
        shardId: shard.shardId,
        checkpoint: shard.checkpoint.sequenceNumber,
        subSequenceNumber: shard.checkpoint.subSequenceNumber,
        secondsSinceCheckpoint: seconds(shard.checkpointAgeMs),
        arrivalWatermark: isoTime(shard.arrivalWatermarkMs),
        watermarkAgeSeconds: seconds(shard.watermarkAgeMs),
        lagSeconds: seconds(shard.lagMs),
        secondsSinceBatch: seconds(shard.batchAgeMs),
        stalledSeconds: seconds(shard.stalledMs),
        heldSeconds: seconds(shard.heldMs),
        records: shard.records,
        bytes: shard.bytes,
      })),
  };
}

/** Null, where nothing is known, so that the member is there. */
function seconds(ms: number | undefined): number | null {
  return ms === undefined ? null : Math.round(ms) / 1000;
}

function isoTime(ms: number | undefined): string | null {
  return ms === undefined ? null : new Date(ms).toISOString();
}

function json(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'Content-Type': 'application/json; charset=utf-8' }).end(`${JSON.stringify(body, null, 2)}\n`);
}
