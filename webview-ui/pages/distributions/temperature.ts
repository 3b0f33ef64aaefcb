import { clamp } from '../../numbers';

export const MIN_TEMPERATURE = 0.1;
export const MAX_TEMPERATURE = 10;
/** In log10 of the temperature: 2.3 %. */
export const SLIDER_STEP = 0.01;

/** Slider places are log10 of the temperature: -1..1, with 1 in the middle. */
export function sliderPlace(temperature: number): number {
  return Math.log10(clamp(temperature, MIN_TEMPERATURE, MAX_TEMPERATURE));
}

/**
 * Temperature at a slider place, to three significant digits; snaps to 0.2, 1, 3 and the like where they are nearer than half
 * a step of the slider.
 */
export function temperatureAt(place: number): number {
  const temperature = 10 ** place;
  const round = Number(temperature.toPrecision(1));
  return Math.abs(Math.log10(temperature / round)) < SLIDER_STEP / 2 ? round : Number(temperature.toPrecision(3));
}

/** A typed number made a temperature that can be asked for; null where it is no number. */
export function normalTemperature(value: number): number | null {
  if (!Number.isFinite(value) || value <= 0) {
    return null;
  }
  return clamp(Number(value.toPrecision(3)), MIN_TEMPERATURE, MAX_TEMPERATURE);
}
