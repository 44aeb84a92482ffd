import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { UsageQuery } from './dto/usage.query';
import { TOTAL_SQL, usageSql } from './report.sql';

export interface UsageReport {
  trips: number;
  vehicles: { plate: string; trips: number; hours: number }[];
}

@Injectable()
export class ReportsService {
  constructor(private readonly dataSource: DataSource) {}

  async usage(fleetId: string, query: UsageQuery): Promise<UsageReport> {
    const period = [fleetId, query.from, query.to];
    const [totals, vehicles] = await Promise.all([
      this.dataSource.query<{ trips: number }[]>(TOTAL_SQL, period),
      this.dataSource.query<UsageReport['vehicles']>(usageSql(query.sort, query.descending), [
        ...period,
        query.limit,
      ]),
    ]);
    return { trips: totals[0].trips, vehicles };
  }
}
