import { IsEmail, IsString, Length } from 'class-validator';

export class SignInDto {
  @IsEmail()
  email: string;

  @IsString()
  @Length(1, 200)
  password: string;
}

export class RegisterDto {
  @IsEmail()
  email: string;

  @IsString()
  @Length(12, 200)
  password: string;

  @IsString()
  @Length(1, 120)
  fullName: string;
}

export class DeviceDto {
  @IsString()
  @Length(8, 64)
  deviceId: string;
}
