import { Module } from '@nestjs/common';
import { DispatchClient } from './dispatch.client';

@Module({
  providers: [DispatchClient],
  exports: [DispatchClient],
})
export class DispatchModule {}
