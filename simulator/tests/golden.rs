//! The first samples of every model, bit for bit.
//!
//! A change here changes every published number: it belongs into the changelog under "Numbers changed".

use saddlepoint_simulator::data::{
    ClockRing, DataModel, Iid, IsingRing, IsingTorus, Law, Spiked, TwoCluster,
};
use saddlepoint_simulator::{Samples, Xoshiro256PlusPlus, stream};

fn rng() -> Xoshiro256PlusPlus {
    stream(2026, "golden", 3)
}

/// Spins as text, one row after the other.
fn text(samples: &Samples) -> String {
    let symbol = |&x: &i8| if x == 1 { '+' } else { '-' };
    samples
        .as_discrete()
        .expect("spins")
        .iter()
        .map(symbol)
        .collect()
}

/// Bits of real samples.
fn bits(samples: &Samples) -> Vec<u64> {
    samples
        .as_real()
        .expect("real values")
        .iter()
        .map(|x| x.to_bits())
        .collect()
}

#[test]
fn streams_start_with_their_first_words() {
    use rand::Rng;
    let mut stream = rng();
    let words = [stream.next_u64(), stream.next_u64()];
    // The first was also computed by hand from the definition of the stream.
    assert_eq!(words, [0xddc8_f837_1c12_8695, 0x2281_83fd_88d4_a0e3]);
}

#[test]
fn spins_come_back() {
    let mut generator = rng();
    let clusters = TwoCluster::random(16, 1.0, &mut generator).unwrap();
    let models: [(&dyn DataModel, &str); 4] = [
        (
            &Iid::new(16, Law::Spin).unwrap(),
            "-+-+-++-+--++++---+++---+++++-+--------+-++-++--",
        ),
        (
            &clusters,
            "+------++--++--++-+++---++-++++++-+++----+-+-+-+",
        ),
        (
            &IsingRing::new(16, 0.7).unwrap(),
            "--------+--+-----++++-+++++++++-+++-------++++++",
        ),
        (
            &IsingRing::new(16, -0.7).unwrap(),
            "+-+-+-+---+++-+-++-+---+-+-+-+---+--+-+-+--+-+-+",
        ),
    ];
    for (model, golden) in models {
        assert_eq!(text(&model.draw(3, &mut rng()).unwrap()), golden);
    }
    let torus = IsingTorus::new(4, 0.4).unwrap();
    assert_eq!(
        text(&torus.draw(3, &mut rng()).unwrap()),
        "+++++++-+++++-+---+++--+------------------------"
    );
}

#[test]
fn clock_states_come_back() {
    let model = ClockRing::new(12, 6, 1.0).unwrap();
    let states = model.draw_states(2, &mut rng()).unwrap();
    assert_eq!(
        states.as_discrete().unwrap(),
        [
            5, 5, 4, 3, 3, 1, 1, 1, 5, 0, 5, 5, 1, 3, 1, 2, 1, 0, 1, 2, 1, 1, 0, 4
        ]
    );
}

#[test]
fn gaussian_values_come_back() {
    let noise = Iid::new(3, Law::Gaussian)
        .unwrap()
        .draw(1, &mut rng())
        .unwrap();
    assert_eq!(
        bits(&noise),
        [
            0x3ff0_58cb_3aa9_4f70,
            0xbfe2_8b38_47a1_e80c,
            0x3ff4_ccfe_5dda_39f4
        ]
    );
    let direction = faer::Mat::from_fn(3, 1, |i, _| if i == 1 { 1.0 } else { 0.0 });
    let spiked = Spiked::new(&[4.0], direction)
        .unwrap()
        .draw(1, &mut rng())
        .unwrap();
    assert_eq!(
        bits(&spiked),
        [
            0x3ff0_58cb_3aa9_4f70,
            0x3fe8_374b_fc6a_5684,
            0x3ff4_ccfe_5dda_39f4
        ]
    );
}
