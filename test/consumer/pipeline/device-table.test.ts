import { DeviceTable } from '../../../consumer/pipeline/device-table';
import { FairShare } from '../../../consumer/pipeline/fair-share';

describe('DeviceTable', () => {
  test('remembers a device, and forgets the one heard least recently when it is full', () => {
    const table = new DeviceTable(() => 2);
    table.get('a').state = 1;
    table.get('b').state = 2;
    table.get('a');
    table.get('c');
    expect(table.size).toBe(2);
    expect(table.get('a').state).toBe(1);
    expect(table.get('b').state).toBeUndefined();
  });

  test('shrinks when its part of the bound does', () => {
    const share = new FairShare(10, 10);
    const first = share.join();
    const table = new DeviceTable(() => first.amount());
    for (let device = 0; device < 10; device += 1) {
      table.get(`d${device}`);
    }
    const second = share.join();
    table.get('new');
    expect(table.size).toBe(5);
    second.leave();
    second.leave();
    expect(first.amount()).toBe(10);
  });

  test('holds at least the device in hand', () => {
    const table = new DeviceTable(() => 0);
    table.get('a').state = 1;
    expect(table.get('a').state).toBe(1);
    expect(table.size).toBe(1);
  });
});
