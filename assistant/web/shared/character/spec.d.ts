// What a character consists of: a drawing whose moving parts have ids, and how far each mood moves them
// (docs/character.md). Types only; nothing here runs.

export type Shape = "closed" | "a" | "i" | "u" | "e" | "o" | "n";
export type Mood =
  | "calm"
  | "attentive"
  | "greeting"
  | "bowing"
  | "asking"
  | "listening"
  | "thinking"
  | "speaking"
  | "puzzled"
  | "apologising"
  | "pointing"
  | "glad";

/** Away from how the part is drawn, in units of the viewBox, degrees, and shares. */
export interface Pose {
  x?: number;
  y?: number;
  rotate?: number;
  scale_x?: number;
  scale_y?: number;
  opacity?: number;
}
export interface Keyframe extends Pose {
  /** 0 at the beginning, 1 in the end. */
  at: number;
}
export interface Gesture {
  seconds: number;
  parts: Record<string, Keyframe[]>;
}
export interface MoodSpec {
  pose?: Record<string, Pose>;
  /** Played once when the mood begins; its parts are shown and hidden as long as it plays. */
  once?: Gesture & { shows?: string[]; hides?: string[] };
  /** Played as long as the mood lasts. */
  loop?: Gesture;
  /** Parts seen in this mood; a part shown by any mood is hidden in the others. */
  shows?: string[];
  hides?: string[];
  /** The shape of the silent mouth, where it is not the closed one. */
  rest?: Shape;
}
export interface Glances {
  every_seconds: [number, number];
  hold_seconds: number;
  moods: Mood[];
  looks: Record<string, Pose>[];
}
/** Either the outlines of paths for each shape, or one group for each shape. */
export interface MouthSpec {
  paths?: Record<string, Record<Shape, string>>;
  groups?: Record<Shape, string>;
}
export interface CharacterSpec {
  format: 1;
  name_ja: string;
  attribution: { drawn_by: string; licence: string };
  /** Id of each part that moves → the point it turns around. */
  parts: Record<string, [number, number]>;
  /** Parts that take their pose even where motion is not wanted. */
  face: string[];
  blink: { parts: string[]; scale_y: number };
  breathing: Gesture;
  glances: Glances;
  mouth: MouthSpec;
  moods: Record<Mood, MoodSpec>;
}
export interface Character {
  base: string;
  drawing: SVGSVGElement;
  spec: CharacterSpec;
  /** What the sanitiser took out of the drawing. */
  removed: string[];
}
