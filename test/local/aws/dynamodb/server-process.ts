/** A DynamoDB of its own process, to be killed: keeps its table in the folder that the argument names, and says where it is. */
import { startDynamoDb } from '../../../../local/aws/dynamodb/dynamodb';

startDynamoDb({ tables: [{ name: 'states', partitionKey: 'device' }], directory: process.argv[2] ?? '' }).then(
  ({ endpoint }) => process.stdout.write(`${endpoint}\n`),
  (error: unknown) => {
    process.stderr.write(`${String(error)}\n`);
    process.exitCode = 1;
  },
);
