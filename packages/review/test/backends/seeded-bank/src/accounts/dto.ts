import { ArrayMaxSize, IsInt, IsOptional, IsPositive, IsString, MaxLength } from 'class-validator';

export class OpenAccountDto {
  @IsOptional()
  @IsString()
  @MaxLength(40)
  nickname?: string;
}

export class RenameDto {
  @IsString()
  @MaxLength(40)
  nickname: string;
}

export class FeeDto {
  @IsInt()
  @IsPositive()
  cents: number;
}

export class BalancesDto {
  @IsInt({ each: true })
  @ArrayMaxSize(100)
  ids: number[];
}
