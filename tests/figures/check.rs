//! The rules of a figure that a program can check, on its SVG.

use resvg::usvg::roxmltree::{Document, Node};
use resvg::usvg::{self, Options, Tree, fontdb::Database};
use std::collections::HashSet;
use std::sync::Arc;

/// The longest text of a legend, and the most entries.
const LONGEST: usize = 40;
const MOST_ENTRIES: usize = 7;

/// What is wrong with a figure, a sentence each.
pub(crate) fn faults(svg: &str) -> Vec<String> {
    let document = Document::parse(svg).expect("a figure is XML");
    let mut faults = Vec::new();
    faults.extend(texts(&document).iter().filter_map(fault_of_text));
    faults.extend(of_class(&document, "legend").flat_map(faults_of_legend));
    faults.extend(of_class(&document, "panel").flat_map(faults_of_panel));
    faults.extend(outside(svg));
    faults
}

/// How many points the series of a mark have together.
pub(crate) fn drawn(svg: &str, mark: &str) -> usize {
    let document = Document::parse(svg).expect("a figure is XML");
    let series = of_class(&document, "series");
    let marked = series.filter(|node| node.attribute("data-mark") == Some(mark));
    let counts = marked.filter_map(|node| node.attribute("data-points")?.parse::<usize>().ok());
    counts.sum()
}

/// Classes and contents of all texts.
pub(crate) fn texts(document: &Document<'_>) -> Vec<(String, String)> {
    let texts = document
        .descendants()
        .filter(|node| node.has_tag_name("text"));
    let content = |node: Node<'_, '_>| -> String {
        let parts = node.descendants().filter(Node::is_text);
        parts.filter_map(|part| part.text()).collect()
    };
    texts
        .map(|node| {
            (
                node.attribute("class").unwrap_or_default().to_owned(),
                content(node),
            )
        })
        .collect()
}

fn of_class<'a>(document: &'a Document<'_>, class: &'a str) -> impl Iterator<Item = Node<'a, 'a>> {
    let nodes = document.descendants();
    nodes.filter(move |node| node.attribute("class") == Some(class))
}

/// No text is empty, a raw name, a list with a hole, or a number to all its digits.
fn fault_of_text((class, text): &(String, String)) -> Option<String> {
    let has_name = text.contains('_')
        || text
            .split(' ')
            .any(|word| ["NaN", "inf", "-inf"].contains(&word));
    let has_hole = text.trim().is_empty() || text.contains(", ,") || text.starts_with(',');
    let digits = |word: &str| word.chars().filter(char::is_ascii_digit).count();
    let is_long = text
        .split(' ')
        .any(|word| word.contains('.') && digits(word) > 7);
    let fault = match () {
        () if has_name => "a raw name",
        () if has_hole => "no name",
        () if is_long => "too many digits",
        () => return None,
    };
    Some(format!("{class} '{text}': {fault}"))
}

fn faults_of_legend(legend: Node<'_, '_>) -> Vec<String> {
    let entries = legend.descendants();
    let entries = entries.filter(|node| node.attribute("class") == Some("entry"));
    let texts: Vec<String> = entries
        .map(|entry| {
            entry
                .descendants()
                .filter_map(|node| node.is_text().then(|| node.text())?)
                .collect()
        })
        .collect();
    let mut faults: Vec<String> = texts
        .iter()
        .filter(|text| text.chars().count() > LONGEST)
        .map(|text| format!("entry '{text}' is too long"))
        .collect();
    if texts.len() > MOST_ENTRIES {
        faults.push(format!("a legend has {} entries", texts.len()));
    }
    let different: HashSet<_> = texts.iter().collect();
    if different.len() < texts.len() {
        faults.push(format!("a legend says a thing twice: {texts:?}"));
    }
    faults
}

/// Different series look different, and each draws something.
fn faults_of_panel(panel: Node<'_, '_>) -> Vec<String> {
    let series = panel
        .descendants()
        .filter(|node| node.attribute("class") == Some("series"));
    let mut looks = HashSet::new();
    let mut faults = Vec::new();
    for node in series {
        let data = |name| node.attribute(name).unwrap_or_default();
        let look = [data("data-mark"), data("data-colour"), data("data-style")];
        if !looks.insert(look) {
            faults.push(format!(
                "'{}' looks like another series: {look:?}",
                data("data-name")
            ));
        }
        if !node
            .descendants()
            .any(|node| ["path", "circle"].contains(&node.tag_name().name()))
        {
            faults.push(format!("'{}' is not drawn", data("data-name")));
        }
    }
    faults
}

/// The texts that stand outside the canvas, measured with the font of the figure.
fn outside(svg: &str) -> Vec<String> {
    let mut fonts = Database::new();
    fonts.load_font_data(dejavu::sans::regular().to_vec());
    let options = Options {
        fontdb: Arc::new(fonts),
        dpi: 96.0,
        ..Options::default()
    };
    let tree = Tree::from_str(svg, &options).expect("a figure is SVG");
    let mut faults = Vec::new();
    look_into(tree.root(), tree.size(), &mut faults);
    faults
}

fn look_into(group: &usvg::Group, size: usvg::Size, faults: &mut Vec<String>) {
    for node in group.children() {
        match node {
            usvg::Node::Group(group) => look_into(group, size, faults),
            usvg::Node::Text(text) => {
                let at = text.abs_bounding_box();
                let slack = 0.5;
                let fits = at.left() > -slack
                    && at.top() > -slack
                    && at.right() < size.width() + slack
                    && at.bottom() < size.height() + slack;
                if !fits {
                    let words: String = text.chunks().iter().map(usvg::TextChunk::text).collect();
                    faults.push(format!("'{words}' is cut at an edge"));
                }
            }
            _ => {}
        }
    }
}
