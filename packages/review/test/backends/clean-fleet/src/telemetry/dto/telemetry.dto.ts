import { Type } from 'class-transformer';
import { ArrayMaxSize, ArrayMinSize, IsDate, IsInt, IsLatitude, IsLongitude, IsUUID, Max, Min, ValidateNested } from 'class-validator';

export class PointDto {
  @IsUUID()
  vehicleId: string;

  @Type(() => Date)
  @IsDate()
  recordedAt: Date;

  @IsLatitude()
  latitude: number;

  @IsLongitude()
  longitude: number;

  @IsInt()
  @Min(0)
  @Max(250)
  speedKmh: number;
}

export class IngestDto {
  @ValidateNested({ each: true })
  @Type(() => PointDto)
  @ArrayMinSize(1)
  @ArrayMaxSize(1_000)
  points: PointDto[];
}

export class TrackQuery {
  @Type(() => Date)
  @IsDate()
  from: Date;

  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(5_000)
  limit = 500;
}
