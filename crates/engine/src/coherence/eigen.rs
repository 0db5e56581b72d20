//! Eigenvalues and eigenvectors of a symmetric matrix, by Jacobi's rotations (Golub and Van Loan, *Matrix
//! Computations*, section 8.5): slow for large matrices, and exact to rounding for the few columns of a group.

/// Most sweeps over the matrix; convergence is quadratic and takes fewer than ten.
const SWEEPS: usize = 64;

/// The eigenvalues, largest first, each with its eigenvector of length 1.
pub(super) fn eigen(mut matrix: Vec<Vec<f64>>) -> Vec<(f64, Vec<f64>)> {
    let size = matrix.len();
    let mut vectors: Vec<Vec<f64>> =
        (0..size).map(|row| (0..size).map(|column| f64::from(u8::from(row == column))).collect()).collect();
    for _ in 0..SWEEPS {
        let rest: f64 = (0..size)
            .flat_map(|row| (0..row).map(move |column| (row, column)))
            .map(|(row, column)| matrix[row][column].powi(2))
            .sum();
        if rest == 0.0 {
            break;
        }
        for row in 1..size {
            for column in 0..row {
                rotate(&mut matrix, &mut vectors, column, row);
            }
        }
    }
    let vector = |place: usize| vectors.iter().map(|row| row[place]).collect::<Vec<_>>();
    let mut pairs: Vec<_> = (0..size).map(|place| (matrix[place][place], vector(place))).collect();
    pairs.sort_by(|one, other| other.0.total_cmp(&one.0));
    pairs
}

/// Turns the plane of two axes so that nothing is left between them.
fn rotate(matrix: &mut [Vec<f64>], vectors: &mut [Vec<f64>], low: usize, high: usize) {
    let between = matrix[low][high];
    let apart = matrix[high][high] - matrix[low][low];
    if between.abs() <= f64::EPSILON * 1e-3 * (matrix[low][low].abs() + matrix[high][high].abs()) {
        matrix[low][high] = 0.0;
        matrix[high][low] = 0.0;
        return;
    }
    let slope = apart / (2.0 * between);
    let tangent = slope.signum() / (slope.abs() + slope.hypot(1.0));
    let cosine = tangent.hypot(1.0).recip();
    let sine = tangent * cosine;
    let turn = |one: f64, other: f64| (cosine * one - sine * other, sine * one + cosine * other);
    for row in matrix.iter_mut() {
        (row[low], row[high]) = turn(row[low], row[high]);
    }
    let (above, below) = matrix.split_at_mut(high);
    for (one, other) in above[low].iter_mut().zip(&mut below[0]) {
        (*one, *other) = turn(*one, *other);
    }
    for row in vectors.iter_mut() {
        (row[low], row[high]) = turn(row[low], row[high]);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_plane_is_turned_to_its_axes() {
        let found = eigen(vec![vec![2.0, 1.0], vec![1.0, 2.0]]);
        assert!((found[0].0 - 3.0).abs() < 1e-14 && (found[1].0 - 1.0).abs() < 1e-14);
        let half = 0.5_f64.sqrt();
        assert!(found[0].1.iter().all(|part| (part.abs() - half).abs() < 1e-14));
    }

    #[test]
    fn values_and_vectors_make_the_matrix_again() {
        let matrix = vec![
            vec![4.0, 1.0, -2.0, 0.5],
            vec![1.0, 3.0, 0.0, 1.5],
            vec![-2.0, 0.0, 5.0, -1.0],
            vec![0.5, 1.5, -1.0, 2.0],
        ];
        let found = eigen(matrix.clone());
        for row in 0..4 {
            for column in 0..4 {
                let made: f64 =
                    found.iter().map(|(value, vector)| value * vector[row] * vector[column]).sum();
                assert!((made - matrix[row][column]).abs() < 1e-13);
            }
        }
        assert!(found.windows(2).all(|pair| pair[0].0 >= pair[1].0));
    }

    #[test]
    fn nothing_and_a_diagonal_are_done_at_once() {
        assert!(eigen(vec![]).is_empty());
        assert_eq!(eigen(vec![vec![1.0, 0.0], vec![0.0, 5.0]])[0], (5.0, vec![0.0, 1.0]));
    }
}
