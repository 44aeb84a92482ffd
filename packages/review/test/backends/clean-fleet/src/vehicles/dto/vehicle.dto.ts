import { ArrayMaxSize, ArrayMinSize, IsEnum, IsIn, IsInt, IsOptional, IsString, IsUUID, Length, Matches, Min } from 'class-validator';
import { PageQuery } from '../../common/page';
import { VehicleStatus } from '../vehicle.entity';

export class CreateVehicleDto {
  @Matches(/^[A-Z0-9-]{3,12}$/)
  plate: string;

  @IsString()
  @Length(1, 80)
  model: string;
}

export class UpdateVehicleDto {
  @IsOptional()
  @IsString()
  @Length(1, 80)
  model?: string;

  @IsOptional()
  @IsIn([VehicleStatus.Available, VehicleStatus.Workshop, VehicleStatus.Retired])
  status?: VehicleStatus;

  @IsInt()
  @Min(1)
  version: number;
}

export class VehicleQuery extends PageQuery {
  @IsOptional()
  @IsEnum(VehicleStatus)
  status?: VehicleStatus;
}

export class VehicleIdsDto {
  @IsUUID(undefined, { each: true })
  @ArrayMinSize(1)
  @ArrayMaxSize(100)
  ids: string[];
}
