import { usageSql } from '../src/reports/report.sql';

describe('usageSql', () => {
  it('orders by what was asked for, and then by the vehicle', () => {
    expect(usageSql('hours', true)).toContain('ORDER BY hours DESC, v.id');
  });
});
