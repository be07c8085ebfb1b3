import { DeviceTable, makeDevice } from '../../../consumer/pipeline/device-table';
import { RememberedDevices } from '../../../consumer/pipeline/device-state/shard-devices';
import { FairShare } from '../../../consumer/pipeline/fair-share';

describe('DeviceTable', () => {
  test('lets those go that were heard least recently, and only such as may go', () => {
    const table = new DeviceTable(() => 3);
    ['a', 'b', 'c'].forEach((id) => table.add(makeDevice(id)));
    table.heard('a');
    expect(table.makeRoom(1, ({ id }) => id !== 'b')).toBe(true);
    expect([...table.values()].map(({ id }) => id)).toEqual(['b', 'a']);
    expect(table.makeRoom(2, ({ id }) => id === 'c')).toBe(false);
    expect(table.makeRoom(3)).toBe(true);
    expect([table.size, table.has('a'), table.heard('a')]).toEqual([0, false, undefined]);
  });
});

describe('devices that are remembered in memory only', () => {
  const remembering = (capacity: number): RememberedDevices => new RememberedDevices(new FairShare(capacity, capacity).join());

  test('are forgotten for others when there are too many, the one heard least recently first', () => {
    const devices = remembering(2);
    devices.get('a').state = 1;
    devices.get('b').state = 2;
    devices.get('a');
    devices.get('c');
    expect(devices.get('a').state).toBe(1);
    expect(devices.get('b').state).toBeUndefined();
  });

  test('are fewer when their part of the bound is', () => {
    const share = new FairShare(10, 10);
    const devices = new RememberedDevices(share.join());
    for (let device = 0; device < 10; device += 1) {
      devices.get(`d${device}`).state = device;
    }
    const second = share.join();
    devices.get('new');
    const known = Array.from({ length: 10 }, (_, device) => devices.get(`d${9 - device}`).state);
    expect(known.filter((state) => state !== undefined)).toEqual([9, 8, 7, 6]);
    second.leave();
    second.leave();
    expect(share.join().amount()).toBe(5);
    devices.drop();
    devices.drop();
  });

  test('hold at least the device in hand', () => {
    const devices = remembering(0);
    devices.get('a').state = 1;
    expect(devices.get('a').state).toBe(1);
  });
});
