import { Transform, Type } from 'class-transformer';
import { IsBoolean, IsDate, IsIn, IsInt, Max, Min } from 'class-validator';
import { SORTABLE, type SortKey } from '../report.sql';

export class UsageQuery {
  @Type(() => Date)
  @IsDate()
  from: Date;

  @Type(() => Date)
  @IsDate()
  to: Date;

  @IsIn(Object.keys(SORTABLE))
  sort: SortKey = 'plate';

  @Transform(({ value }: { value: unknown }) => value === true || value === 'true')
  @IsBoolean()
  descending = false;

  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(500)
  limit = 100;
}
