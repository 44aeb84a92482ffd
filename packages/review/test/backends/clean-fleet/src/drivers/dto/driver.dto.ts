import { Type } from 'class-transformer';
import { ArrayMaxSize, ArrayMinSize, IsBoolean, IsOptional, IsString, Length, Matches, ValidateNested } from 'class-validator';
import { PageQuery } from '../../common/page';

export class CreateDriverDto {
  @IsString()
  @Length(1, 120)
  fullName: string;

  @Matches(/^[A-Z0-9]{6,20}$/)
  licenceNumber: string;
}

export class ImportDriversDto {
  @ValidateNested({ each: true })
  @Type(() => CreateDriverDto)
  @ArrayMinSize(1)
  @ArrayMaxSize(2_000)
  drivers: CreateDriverDto[];
}

export class SetActiveDto {
  @IsBoolean()
  active: boolean;
}

export class DriverQuery extends PageQuery {
  @IsOptional()
  @IsString()
  @Length(2, 60)
  name?: string;
}
