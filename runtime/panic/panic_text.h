#ifndef PLAIT_RUNTIME_PANIC_PANIC_TEXT_H_
#define PLAIT_RUNTIME_PANIC_PANIC_TEXT_H_

#include <complex>
#include <concepts>
#include <exception>
#include <string>
#include <string_view>
#include <system_error>
#include <type_traits>
#include <typeinfo>

namespace plait {

// How Go prints the value of a panic (PANIC-16), in C++'s types:
//
//   text, std::string, const char*          as it is
//   a type with Error() or String()         what that returns; Error() first
//   std::exception, std::error_code         what(), message()
//   bool, integers (char is one, as byte)   true, 42
//   floating point, std::complex            +1.500000e+000, (+1.500000e+000+0.000000e+000i)
//   an enum                                 app::Color(2)
//   a class made from std::string           app::Name("x")
//   a pointer                               (app::Node*) 0xc000123456
//   anything else                           (app::Config) 0xc000123456: its address at the time of the panic
template <class T>
std::string PanicText(const T& value);

std::string PanicTextOfPointer(const std::type_info& type, const void* address);
std::string PanicTextOfFloat(double value);
std::string TypeName(const std::type_info& type);
// Newlines inside a text are followed by a tab, so that a trace can be told from it.
std::string Indented(std::string_view text);

template <class T>
std::string PanicText(const T& value) {
  constexpr bool kText = std::is_convertible_v<const T&, std::string_view>;
  if constexpr (requires { std::string(value.Error()); }) {
    return std::string(value.Error());
  } else if constexpr (requires { std::string(value.String()); }) {
    return std::string(value.String());
  } else if constexpr (kText && std::is_class_v<T> && !std::same_as<T, std::string> &&
                       !std::same_as<T, std::string_view>) {
    return TypeName(typeid(T)) + "(\"" + std::string(std::string_view(value)) + "\")";
  } else if constexpr (kText) {
    return std::string(std::string_view(value));
  } else if constexpr (std::derived_from<T, std::exception>) {
    return value.what();
  } else if constexpr (std::same_as<T, std::error_code>) {
    return value.message();
  } else if constexpr (std::same_as<T, bool>) {
    return value ? "true" : "false";
  } else if constexpr (std::is_integral_v<T>) {
    return std::to_string(value);
  } else if constexpr (std::is_floating_point_v<T>) {
    return PanicTextOfFloat(static_cast<double>(value));
  } else if constexpr (std::is_enum_v<T>) {
    return TypeName(typeid(T)) + "(" + PanicText(static_cast<std::underlying_type_t<T>>(value)) + ")";
  } else if constexpr (requires { std::complex<typename T::value_type>(value); }) {
    return "(" + PanicTextOfFloat(static_cast<double>(value.real())) +
           PanicTextOfFloat(static_cast<double>(value.imag())) + "i)";
  } else if constexpr (std::is_pointer_v<T> && std::is_object_v<std::remove_pointer_t<T>>) {
    return PanicTextOfPointer(typeid(T), value);
  } else {
    return PanicTextOfPointer(typeid(T), &value);
  }
}

}  // namespace plait

#endif  // PLAIT_RUNTIME_PANIC_PANIC_TEXT_H_
