fn main() -> Result<(), Box<dyn std::error::Error>> {
    println!("cargo:rerun-if-changed=proto");
    let described = protox::compile(["proto/orders.proto"], ["proto"])?;
    prost_build::compile_fds(described)?;
    Ok(())
}
