import { clamp } from './numbers';

export const MIN_TEMPERATURE = 0.1;
export const MAX_TEMPERATURE = 10;

/** Slider places are log10 of the temperature: -1..1, with 1 in the middle. */
export function sliderPlace(temperature: number): number {
  return Math.log10(clamp(temperature, MIN_TEMPERATURE, MAX_TEMPERATURE));
}

/** Temperature at a slider place, to two significant digits; places near the middle snap to exactly 1. */
export function temperatureAt(place: number): number {
  if (Math.abs(place) < 0.015) {
    return 1;
  }
  return normalTemperature(Number((10 ** place).toPrecision(2))) ?? 1;
}

/** A typed number made a temperature that can be asked for; null where it is no number. */
export function normalTemperature(value: number): number | null {
  if (!Number.isFinite(value) || value <= 0) {
    return null;
  }
  return clamp(Number(value.toPrecision(3)), MIN_TEMPERATURE, MAX_TEMPERATURE);
}
