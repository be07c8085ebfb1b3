import * as http from 'node:http';
import * as http2 from 'node:http2';
import * as net from 'node:net';
import type { LocalService } from '../service';

/** A request by either version of HTTP. */
export type Request = http.IncomingMessage | http2.Http2ServerRequest;
/** A response by either version of HTTP. */
export type Response = http.ServerResponse | http2.Http2ServerResponse;

/** The first bytes of every HTTP/2 connection (RFC 9113, section 3.4). */
const http2Preface = 'PRI';

/** A request of several hundred KiB arrives in few frames, and never waits for leave to send more. */
const http2Settings: http2.Settings = { maxConcurrentStreams: 1000, initialWindowSize: 1 << 24, maxFrameSize: 1 << 18 };
const http2ConnectionWindow = 1 << 26;

/**
 * Serves HTTP/1.1 and HTTP/2 without TLS on one port of 127.0.0.1: SDKs for JavaScript and Java speak HTTP/2 to Kinesis, everything
 * else speaks HTTP/1.1. Which one it is shows in the first bytes.
 *
 * @param port 0 for one that the system chooses
 */
export async function startServer(
  name: string,
  handle: (request: Request, response: Response) => void,
  port = 0,
): Promise<LocalService> {
  const one = http.createServer({ keepAliveTimeout: 60_000 }, handle);
  const two = http2.createServer({ settings: http2Settings }, handle);
  two.on('session', (session) => session.setLocalWindowSize(http2ConnectionWindow));
  const sockets = new Set<net.Socket>();
  const listener = net.createServer((socket) => {
    sockets.add(socket);
    socket.setNoDelay(true);
    socket.on('close', () => sockets.delete(socket));
    socket.on('error', () => socket.destroy());
    socket.once('readable', () => {
      const first = socket.read() as Buffer | null;
      if (first === null) {
        return;
      }
      socket.unshift(first);
      const isHttp2 = first.subarray(0, http2Preface.length).toString('latin1') === http2Preface;
      (isHttp2 ? two : one).emit('connection', socket);
    });
  });
  await new Promise<void>((resolve, reject) => {
    listener.once('error', reject);
    listener.listen(port, '127.0.0.1', resolve);
  });
  const address = listener.address() as net.AddressInfo;
  let closing: Promise<void> | undefined;
  return {
    name,
    endpoint: `http://127.0.0.1:${address.port}`,
    close: () =>
      (closing ??= new Promise((resolve) => {
        listener.close(() => resolve());
        for (const socket of sockets) {
          socket.destroy();
        }
      })),
  };
}

/** The whole body of a request. */
export async function readBody(request: Request): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) {
    chunks.push(chunk as Buffer);
  }
  return chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks);
}
