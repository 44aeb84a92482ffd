import { ArrayMaxSize, IsInt, IsOptional, IsPositive, IsString, MaxLength, ValidateNested } from 'class-validator';
import { Type } from 'class-transformer';

export class TransferDto {
  @IsInt()
  fromAccountId: number;

  @IsString()
  @MaxLength(34)
  toIban: string;

  @IsInt()
  @IsPositive()
  amountCents: number;

  @IsOptional()
  @IsString()
  @MaxLength(140)
  purpose?: string;

  @IsOptional()
  @IsString()
  @MaxLength(64)
  clientReference?: string;
}

export class BatchDto {
  @ValidateNested({ each: true })
  @Type(() => TransferDto)
  @ArrayMaxSize(500)
  transfers: TransferDto[];
}
