import * as z from 'zod';
import type { Bytes, Millis } from '../units.ts';

/** The fields that parts of a snapshot share, each with the bound that keeps what crosses the trust boundary small. */

// The parser is the one place where plain numbers become branded ones, hence the casts.
export const size = z.int().min(0).max(1e15) as unknown as z.ZodType<Bytes>;
export const duration = z.number().min(0).max(1e9) as unknown as z.ZodType<Millis>;
export const count = z.int().min(0).max(1e15);
export const text = z.string().max(4_096);
export const name = z.string().min(1).max(2_048);
export const lines = z.array(z.string().max(1_024)).max(20);
/** Of the places of a list that are pairs of samples. */
export const MOST_SAMPLES = 1_000;
