//! A grid of heights as colours with contours.

use super::axes::Frame;
use super::palette::{Colour, WHITE};
use super::picture::Map;
use super::svg::{Pen, Place, Svg};
use super::{float, whole};

/// Steps of colour.
const STEPS: usize = 64;
/// Contours between the lowest and the highest value, the denser the lower: what matters of a landscape is its valleys.
const CONTOURS: usize = 11;

/// Draws a map inside its frame.
pub(super) fn draw(svg: &mut Svg, map: &Map, frame: &Frame) {
    let across: Vec<f64> = map.x.iter().filter_map(|x| frame.across(*x)).collect();
    let up: Vec<f64> = map.y.iter().filter_map(|y| frame.up(*y)).collect();
    if across.is_empty() || across.len() != map.x.len() || up.len() != map.y.len() {
        return;
    }
    frame.clip(svg);
    svg.open("map", &[]);
    let (columns, rows) = (edges(&across), edges(&up));
    for (i, heights) in map.heights.iter().enumerate() {
        for (from, to, step) in stretches(map, heights) {
            let (top, bottom) = (rows[i].min(rows[i + 1]), rows[i].max(rows[i + 1]));
            let corner = (columns[from], top);
            // Neighbours overlap, so that no gap shows where edges are rounded to pixels.
            let size = (columns[to] - columns[from] + 0.6, bottom - top + 0.6);
            svg.rectangle(corner, size, Colour::along(float(step) / float(STEPS - 1)));
        }
    }
    svg.close();
    contours(svg, map, &across, &up);
    svg.close();
}

/// The middles between places, and the ends.
fn edges(places: &[f64]) -> Vec<f64> {
    let middles = places.windows(2).map(|pair| 0.5 * (pair[0] + pair[1]));
    let ends = [places[0], places[places.len() - 1]];
    let first = std::iter::once(ends[0]);
    first.chain(middles).chain([ends[1]]).collect()
}

/// Neighbours of one colour: first column, the one after the last, step of the colour.
fn stretches(map: &Map, heights: &[f64]) -> Vec<(usize, usize, usize)> {
    let mut stretches: Vec<(usize, usize, usize)> = Vec::new();
    for (j, height) in heights.iter().enumerate() {
        let Some(share) = map.scale.share(*height) else {
            continue;
        };
        let step = whole(share.clamp(0.0, 1.0) * float(STEPS - 1));
        match stretches.last_mut() {
            Some(last) if last.1 == j && last.2 == step => last.1 = j + 1,
            _ => stretches.push((j, j + 1, step)),
        }
    }
    stretches
}

/// Lines of equal height, by marching squares.
fn contours(svg: &mut Svg, map: &Map, across: &[f64], up: &[f64]) {
    for level in 1..=CONTOURS {
        let share = float(level) / float(CONTOURS + 1);
        let share = share * share;
        let height = map.scale.low + share * (map.scale.high - map.scale.low);
        let mut strokes = Vec::new();
        for i in 1..up.len() {
            for j in 1..across.len() {
                let corners = [(i - 1, j - 1), (i - 1, j), (i, j), (i, j - 1)];
                let corner =
                    |(i, j): (usize, usize)| ((across[j], up[i]), map.heights[i][j] - height);
                strokes.extend(crossings(corners.map(corner)));
            }
        }
        let colour = if share < 0.6 {
            WHITE
        } else {
            Colour(60, 60, 60)
        };
        svg.strokes(&strokes, &Pen::solid(colour, 0.6));
    }
}

/// The pieces of the zero line in a square with values at its corners.
fn crossings(corners: [(Place, f64); 4]) -> Vec<[Place; 2]> {
    let sides = (0..4).map(|side| (corners[side], corners[(side + 1) % 4]));
    let crossed =
        sides.filter(|(a, b)| (a.1 < 0.0) != (b.1 < 0.0) && a.1.is_finite() && b.1.is_finite());
    let places: Vec<Place> = crossed
        .map(|((a, from), (b, to))| {
            let t = from / (from - to);
            (a.0 + t * (b.0 - a.0), a.1 + t * (b.1 - a.1))
        })
        .collect();
    let pairs = places.chunks_exact(2);
    pairs.map(|pair| [pair[0], pair[1]]).collect()
}
