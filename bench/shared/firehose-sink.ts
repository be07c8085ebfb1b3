import { readBody, startServer } from '../../local/aws/http/server';
import type { LocalService } from '../../local/aws/service';

/** A Firehose that accepts every record and forgets it: what a consumer spends on delivering, without what Firehose spends. */
export function startFirehoseSink(): Promise<LocalService> {
  return startServer('firehose-sink', (request, response) => {
    void readBody(request).then((body) => {
      const records = body.toString('latin1').split('"Data":').length - 1;
      const RequestResponses = Array.from({ length: records }, (_, index) => ({ RecordId: String(index) }));
      response.writeHead(200, { 'content-type': 'application/x-amz-json-1.1' });
      response.end(JSON.stringify({ FailedPutCount: 0, Encrypted: false, RequestResponses }));
    });
  });
}
