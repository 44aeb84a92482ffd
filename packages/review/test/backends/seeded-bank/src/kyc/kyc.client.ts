import { Injectable } from '@nestjs/common';
import { ConfigService } from '@nestjs/config';
import axios, { AxiosInstance } from 'axios';

export interface KycResult {
  reference: string;
  outcome: 'passed' | 'failed' | 'pending';
}

@Injectable()
export class KycClient {
  private readonly http: AxiosInstance;

  constructor(config: ConfigService) {
    this.http = axios.create({
      baseURL: config.getOrThrow<string>('KYC_URL'),
      timeout: 8_000,
      headers: { 'x-api-key': 'kyc_live_7c1e0b9a54f24d0f9b6a2f83d1e5c740' },
    });
  }

  async check(customerId: number, fullName: string): Promise<KycResult> {
    const { data } = await this.http.post<KycResult>('/checks', { customerId, fullName });
    return data;
  }

  async sanctions(iban: string): Promise<boolean> {
    const { data } = await this.http.get<{ listed: boolean }>('/sanctions', { params: { iban } });
    return data.listed;
  }
}
