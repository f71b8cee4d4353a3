//! The inks can be read on their backgrounds and told apart, also without red or green cones.
//!
//! Contrast as in WCAG 2.2; sight without red or green cones after Machado, Oliveira and Fernandes, "A
//! Physiologically-based Model for Simulation of Color Vision Deficiency" (2009), severity 1; differences as distances
//! in CIE 1976 L*a*b*.

use super::super::*;
use crate::Palette;

type Matrix = [[f64; 3]; 3];

const USUAL: Matrix = [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]];
const WITHOUT_RED: Matrix =
    [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]];
const WITHOUT_GREEN: Matrix =
    [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]];
const XYZ: Matrix = [[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]];

/// Linear red, green and blue of `#rrggbb`.
fn linear(color: &str) -> [f64; 3] {
    [1, 3, 5].map(|at| {
        let part = f64::from(u8::from_str_radix(&color[at..at + 2], 16).unwrap()) / 255.0;
        if part <= 0.04045 { part / 12.92 } else { ((part + 0.055) / 1.055).powf(2.4) }
    })
}

fn times(matrix: &Matrix, [x, y, z]: [f64; 3]) -> [f64; 3] {
    matrix.map(|row| row[0] * x + row[1] * y + row[2] * z)
}

fn luminance(color: &str) -> f64 {
    times(&XYZ, linear(color))[1]
}

fn contrast(a: &str, b: &str) -> f64 {
    let (a, b) = (luminance(a) + 0.05, luminance(b) + 0.05);
    a.max(b) / a.min(b)
}

fn lab(linear: [f64; 3]) -> [f64; 3] {
    let [x, y, z] = times(&XYZ, linear.map(|part| part.clamp(0.0, 1.0)));
    let root = |t: f64| if t > 0.008856 { t.cbrt() } else { 7.787 * t + 16.0 / 116.0 };
    let [x, y, z] = [x / 0.95047, y, z / 1.08883].map(root);
    [116.0 * y - 16.0, 500.0 * (x - y), 200.0 * (y - z)]
}

fn difference(a: &str, b: &str, sight: &Matrix) -> f64 {
    let [a, b] = [a, b].map(|color| lab(times(sight, linear(color))));
    a.iter().zip(b).map(|(a, b)| (a - b) * (a - b)).sum::<f64>().sqrt()
}

#[test]
fn inks_can_be_read_and_told_apart() {
    for (inks, palette) in
        [(StudyPalette::default(), Palette::default()), (StudyPalette::light(), Palette::light())]
    {
        for color in &inks.lines {
            assert!(contrast(color, &palette.background) >= 3.0, "{color}");
        }
        for sight in [USUAL, WITHOUT_RED, WITHOUT_GREEN] {
            for pair in inks.lines.windows(2) {
                assert!(difference(&pair[0], &pair[1], &sight) > 24.0, "{pair:?}");
            }
            for (at, a) in inks.lines.iter().enumerate() {
                for (other, b) in inks.lines.iter().enumerate().skip(at + 1) {
                    let least = if other < 4 { 24.0 } else { 16.0 };
                    assert!(difference(a, b, &sight) > least, "{a} {b}");
                }
            }
        }
    }
}

/// Black on white is 21 by definition, and the matrices keep white.
#[test]
fn the_measures_are_right() {
    assert!((contrast("#000000", "#ffffff") - 21.0).abs() < 1e-3);
    assert!((lab(linear("#ffffff"))[0] - 100.0).abs() < 0.01);
    assert!(difference("#ff0000", "#00ff00", &USUAL) > 150.0);
    for sight in [WITHOUT_RED, WITHOUT_GREEN] {
        assert!(times(&sight, [1.0; 3]).iter().all(|part| (part - 1.0).abs() < 1e-4));
    }
}
