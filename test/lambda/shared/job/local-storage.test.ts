import { hasLocalStorage } from '../../../../lambda/shared/job/local-storage';

describe('an instance type', () => {
  test.each([
    'ml.m5d.large',
    'ml.c6id.xlarge',
    'ml.g4dn.xlarge',
    'ml.g5.2xlarge',
    'ml.p3dn.24xlarge',
    'ml.p5.48xlarge',
    'ml.trn1.32xlarge',
  ])('%s has disks of its own', (type) => {
    expect(hasLocalStorage(type)).toBe(true);
  });

  test.each(['ml.m5.large', 'ml.c5n.xlarge', 'ml.m4.xlarge', 'ml.r5.large', 'ml.p3.2xlarge', 'ml.m6i.large', 'ml.g5g.xlarge'])(
    '%s has a volume',
    (type) => {
      expect(hasLocalStorage(type)).toBe(false);
    },
  );
});
