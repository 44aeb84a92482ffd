import { placeholders } from '../src/telemetry/telemetry.service';

describe('placeholders', () => {
  it('numbers the cells row by row', () => {
    expect(placeholders(2, 3)).toBe('($1, $2, $3), ($4, $5, $6)');
  });
});
