import { Type } from 'class-transformer';
import { ArrayMaxSize, ArrayMinSize, IsDate, IsEnum, IsInt, IsOptional, IsString, IsUUID, Length, Max, Min } from 'class-validator';
import { PageQuery } from '../../common/page';
import { TripStatus } from '../trip.entity';

export class PlanTripDto {
  @IsUUID()
  vehicleId: string;

  @IsUUID()
  driverId: string;

  @Type(() => Date)
  @IsDate()
  startsAt: Date;

  @IsString({ each: true })
  @Length(3, 200, { each: true })
  @ArrayMinSize(1)
  @ArrayMaxSize(60)
  addresses: string[];
}

export class FinishTripDto {
  @IsInt()
  @Min(0)
  @Max(5_000)
  drivenKm: number;
}

export class TripQuery extends PageQuery {
  @IsOptional()
  @IsEnum(TripStatus)
  status?: TripStatus;
}
