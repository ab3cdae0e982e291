//! Products with a matrix of two values, eight columns at a time by table.

/// Groups of eight columns that are looked up together.
const GROUPS: usize = 4;

/// Entry i of L vectors side by side.
type Lanes<const L: usize> = [f64; L];

/// One entry per value of a byte.
type Table<const L: usize> = [Lanes<L>; 256];

/// A P × n matrix whose entries are low + step · bit.
#[derive(Debug, Clone)]
pub(crate) struct TwoValued {
    columns: usize,
    low: f64,
    step: f64,
    /// Byte g of a row holds columns 8g..8g + 8, the lowest bit first; the bytes of four groups side by side, and these
    /// for all rows before those of the next four groups.
    bytes: Vec<[u8; GROUPS]>,
    rows: usize,
}

impl TwoValued {
    /// Packs `values`, row by row, if there are no more than two different ones.
    pub(crate) fn new(values: &[i8], columns: usize) -> Option<Self> {
        values.first()?;
        let low = values.iter().copied().fold(i8::MAX, i8::min);
        let high = values.iter().copied().fold(i8::MIN, i8::max);
        // Without a branch per value.
        let others = values
            .iter()
            .fold(0, |others, &x| others | u8::from(x != low && x != high));
        if others != 0 {
            return None;
        }
        let rows = values.len() / columns;
        let blocks = columns.div_ceil(8 * GROUPS);
        let mut bytes = vec![[0; GROUPS]; rows * blocks];
        for (r, row) in values.chunks_exact(columns).enumerate() {
            for (b, block) in row.chunks(8 * GROUPS).enumerate() {
                for (byte, entries) in bytes[b * rows + r].iter_mut().zip(block.chunks(8)) {
                    *byte = pack(entries, high);
                }
            }
        }
        // Where all entries are equal every bit is 1.
        Some(Self {
            columns,
            low: f64::from(low),
            step: f64::from(high) - f64::from(low),
            bytes,
            rows,
        })
    }

    /// The matrix of the given rows, each as often as it is named.
    pub(crate) fn selected(&self, rows: &[usize]) -> Self {
        let blocks = self.bytes.chunks_exact(self.rows);
        Self {
            bytes: blocks
                .flat_map(|block| rows.iter().map(|&row| block[row]))
                .collect(),
            rows: rows.len(),
            ..*self
        }
    }

    /// Xᵀu and Σ u for u = X x − mean.
    pub(crate) fn product<const L: usize>(
        &self,
        x: &[Lanes<L>],
        mean: Lanes<L>,
    ) -> (Vec<Lanes<L>>, Lanes<L>) {
        let u = self.times(x, mean);
        let total = sum(&u);
        (self.transposed_times(&u, total), total)
    }

    /// X x − mean.
    pub(crate) fn times<const L: usize>(&self, x: &[Lanes<L>], mean: Lanes<L>) -> Vec<Lanes<L>> {
        let mut start = mean.map(|mean| -mean);
        for x in x {
            add_product(&mut start, self.low, *x);
        }
        let mut u = vec![start; self.rows];
        let mut tables = [[[0.0; L]; 256]; GROUPS];
        for (block, x) in self.bytes.chunks_exact(self.rows).zip(x.chunks(8 * GROUPS)) {
            for (table, x) in tables.iter_mut().zip(x.chunks(8)) {
                fill_sums(table, x, self.step);
            }
            for (u, bytes) in u.iter_mut().zip(block) {
                look_up(u, *bytes, &tables);
            }
        }
        u
    }

    /// Xᵀu, where `total` is Σ u: the u of equal bytes are added up first.
    pub(crate) fn transposed_times<const L: usize>(
        &self,
        u: &[Lanes<L>],
        total: Lanes<L>,
    ) -> Vec<Lanes<L>> {
        let mut y = vec![total.map(|total| self.low * total); self.columns];
        for (block, y) in self
            .bytes
            .chunks_exact(self.rows)
            .zip(y.chunks_mut(8 * GROUPS))
        {
            let mut tables = [[[0.0; L]; 256]; GROUPS];
            for (u, bytes) in u.iter().zip(block) {
                for (table, &byte) in tables.iter_mut().zip(bytes) {
                    add_product(&mut table[usize::from(byte)], 1.0, *u);
                }
            }
            for (table, y) in tables.iter_mut().zip(y.chunks_mut(8)) {
                collect_sums(table, y, self.step);
            }
        }
        y
    }
}

/// sum += factor · x.
pub(crate) fn add_product<const L: usize>(sum: &mut Lanes<L>, factor: f64, x: Lanes<L>) {
    for (sum, x) in sum.iter_mut().zip(x) {
        *sum += factor * x;
    }
}

/// Σ u.
pub(crate) fn sum<const L: usize>(u: &[Lanes<L>]) -> Lanes<L> {
    let mut total = [0.0; L];
    for u in u {
        add_product(&mut total, 1.0, *u);
    }
    total
}

/// Bits of up to eight entries, 1 for the higher value.
fn pack(entries: &[i8], high: i8) -> u8 {
    if let Ok(entries) = entries.try_into() {
        return pack_all(entries, high);
    }
    entries
        .iter()
        .enumerate()
        .fold(0, |byte, (i, &x)| byte | u8::from(x == high) << i)
}

/// Bits of eight entries at once.
fn pack_all(entries: [i8; 8], high: i8) -> u8 {
    let ones = entries.map(|x| u8::from(x == high));
    // Entry i, the lowest bit of byte i, goes to bit 56 + i: the product holds it at 8i + 7(8 − i) among others that never carry.
    (u64::from_le_bytes(ones).wrapping_mul(0x0102_0408_1020_4080) >> 56).to_le_bytes()[0]
}

/// Adds the table entries of the four bytes.
fn look_up<const L: usize>(u: &mut Lanes<L>, bytes: [u8; GROUPS], tables: &[Table<L>; GROUPS]) {
    let [a, b, c, d] = std::array::from_fn(|i| tables[i][usize::from(bytes[i])]);
    for (lane, u) in u.iter_mut().enumerate() {
        *u += (a[lane] + b[lane]) + (c[lane] + d[lane]);
    }
}

/// `table[byte]` = step · Σ of x over the bits of the byte.
fn fill_sums<const L: usize>(table: &mut Table<L>, x: &[Lanes<L>], step: f64) {
    table[0] = [0.0; L];
    for (i, x) in x.iter().enumerate() {
        let (without, with) = table[..2 << i].split_at_mut(1 << i);
        for (with, without) in with.iter_mut().zip(without) {
            *with = *without;
            add_product(with, step, *x);
        }
    }
}

/// `y_i` += step · Σ of `table[byte]` over the bytes with bit i.
fn collect_sums<const L: usize>(table: &mut Table<L>, y: &mut [Lanes<L>], step: f64) {
    for (i, y) in y.iter_mut().enumerate().rev() {
        let mut sum = [0.0; L];
        let (without, with) = table[..2 << i].split_at_mut(1 << i);
        for (with, without) in with.iter().zip(without) {
            add_product(&mut sum, 1.0, *with);
            add_product(without, 1.0, *with);
        }
        add_product(y, step, sum);
    }
}
